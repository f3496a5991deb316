import { decodeHTMLStrict } from 'entities'
import type { NamedTerm } from '../item.ts'

/** What JSON and YAML hold, looked at with care: nothing of it is known to have the type that it should have. */

export type Members = Readonly<Record<string, unknown>>

export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not blank; numbers as they are written. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** The first of the members that is a text. */
export function firstText(members: Members, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(members[name])
    if (text !== undefined) return text
  }
  return undefined
}

/** Each name once, those first that come first. */
export function namedOnce(names: readonly (string | undefined)[]): NamedTerm[] {
  const filled = names.flatMap((name) => (name === undefined || name.trim() === '' ? [] : [name.trim()]))
  return [...new Set(filled)].map((name) => ({ name }))
}

/** The text of HTML that should be a line: tags are dropped, references read. */
export function lineOfHtml(html: string | undefined): string | undefined {
  if (html === undefined) return undefined
  const shown = html
    .slice(0, 100_000)
    .replace(/<(?:script|style)\b[^>]*>[\s\S]*?<\/(?:script|style)>/gi, ' ')
    .replace(/<\/?[a-z!][^<>]*>/gi, ' ')
  const text = decodeHTMLStrict(shown).replace(/\s+/gu, ' ').trim()
  return text === '' ? undefined : text
}

/** What of its members a reader does not know, as losses: `what` says of what they are. */
export function unknownMembers(members: Members, known: ReadonlySet<string>, what: string): string[] {
  return Object.entries(members)
    .filter(([name, value]) => !known.has(name) && value !== null && value !== '' && value !== false)
    .map(([name]) => `${what} ${name.slice(0, 100)}`)
}
