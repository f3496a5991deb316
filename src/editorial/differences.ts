import { createHash } from 'node:crypto'
import { countWords } from '../body/measure.ts'
import type { LoggedMembers, SubjectType } from '../contract/change.ts'
import { loggedMembers, mostLoggedBytes } from '../contract/event.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { differingLinks } from './differing-links.ts'

/** A state of something, with at least the members that the change log may tell of it. */
export type LoggedState<Subject extends SubjectType> = {
  readonly [Member in (typeof loggedMembers)[Subject][number]]?: unknown
} & { readonly version?: unknown }

/** What a change made of something: the members that differ, and nothing else. */
export interface Difference {
  /** As they were; null where there was nothing. */
  readonly before: LoggedMembers | null
  /** As they are; null where nothing is left. */
  readonly after: LoggedMembers | null
}

/**
 * Compares two states of one thing, null where it is not there, by the members that the change log may tell of it.
 * Values that are large are told in short: bodies, links, and whatever has over `mostLoggedBytes` as JSON. Of what
 * was made or deleted, members that are null or empty are left out. What is the same object is not looked into.
 */
export function differenceOf<Subject extends SubjectType>(
  subject: Subject,
  previous: LoggedState<Subject> | null,
  next: LoggedState<Subject> | null,
): Difference {
  const older = previous as LoggedMembers | null
  const newer = next as LoggedMembers | null
  const before: Record<string, unknown> = {}
  const after: Record<string, unknown> = {}
  for (const name of loggedMembers[subject]) {
    const old = older?.[name]
    const now = newer?.[name]
    if (old === now) continue
    const [oldJson, nowJson] = [jsonOf(old), jsonOf(now)]
    if (oldJson === nowJson) continue
    const tell = tellers[name] ?? tellShort
    const one = { value: old, json: oldJson, state: older }
    const other = { value: now, json: nowJson, state: newer }
    if (older && (newer || !isEmpty(oldJson))) before[name] = tell(one, other)
    if (newer && (older || !isEmpty(nowJson))) after[name] = tell(other, one)
  }
  return { before: older && before, after: newer && after }
}

/** A member on one side of the change. */
interface Side {
  readonly value: unknown
  readonly json: string
  readonly state: LoggedMembers | null
}

/** What is written down of a member on one side, given the other. */
type Teller = (own: Side, other: Side) => unknown

const tellers: Readonly<Record<string, Teller>> = {
  body: ({ value, json, state }) => {
    const blocks = value as Body
    const measures = { blocks: blocks.length, words: countWords(blocks), sha256: hashOf(json) }
    return { version: state?.version, ...measures }
  },
  related: (own, other) =>
    differingLinks(own.value as readonly RelatedLink[], (other.value ?? []) as readonly RelatedLink[]),
  // Nothing but the log knows what a collection was before.
  items: ({ value }) => value,
}

function tellShort({ value, json }: Side): unknown {
  const bytes = Buffer.byteLength(json)
  return bytes <= mostLoggedBytes ? value : { bytes, sha256: hashOf(json) }
}

function hashOf(json: string): string {
  return createHash('sha256').update(json).digest('hex')
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value ?? null)
}

function isEmpty(json: string): boolean {
  return json === 'null' || json === '[]' || json === '{}'
}
