import type { z } from 'zod'
import type { Fault } from '../contract/errors.ts'
import { type InputPart, placeOf, subjectOf } from './fault-place.ts'
import { describeIssue } from './issue-text.ts'

type Issue = z.core.$ZodIssue
type UnionIssue = Extract<Issue, { code: 'invalid_union' }>

/** What is wrong with one part of a request, from what zod found in `data`. */
export function faultsOf(part: InputPart, data: unknown, issues: readonly Issue[]): Fault[] {
  const faults = issues.flatMap((issue) => faultsOfIssue(part, data, issue))
  if (part === 'body') return faults
  // Each item of a list in one parameter may have the same fault at the same place.
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()]
}

function faultsOfIssue(part: InputPart, data: unknown, issue: Issue): Fault[] {
  const { path } = issue
  const value = valueAt(data, path)
  if (issue.code === 'unrecognized_keys') return unknownNames(part, issue)
  if (issue.code === 'custom') return [fault(part, path, codeOfCustom(issue), issue.message)]
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    const inner = issue.issues[0]
    return [fault(part, path, 'invalid-name', inner?.message ?? issue.message)]
  }
  const sent = sentPath(part, data, path)
  if (sent.length < path.length) return [fault(part, sent, 'invalid-value', issue.message)]
  if (value === undefined && isAboutKind(issue)) return [fault(part, path, 'required', 'is required')]
  if (part === 'querystring' && path.length === 1 && Array.isArray(value) && isAboutKind(issue)) {
    return [fault(part, path, 'repeated-parameter', 'must be given only once')]
  }
  if (issue.code === 'invalid_union') return faultsOfUnion(part, data, issue)
  return [fault(part, path, codeOf(issue), issue.message)]
}

/**
 * The path as far as it is about what was sent. A schema may take a text apart (`a,b`) and find fault with one of
 * the parts, which has no place of its own; parameters and headers never have places inside.
 */
function sentPath(part: InputPart, data: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  for (let length = 1; length < path.length; length += 1) {
    const value = valueAt(data, path.slice(0, length))
    if (value === undefined) return path
    if (part !== 'body' || typeof value !== 'object' || value === null) return path.slice(0, length)
  }
  return path
}

function unknownNames(part: InputPart, issue: Extract<Issue, { code: 'unrecognized_keys' }>): Fault[] {
  const code = part === 'body' ? 'unknown-member' : 'unknown-parameter'
  return issue.keys.map((key) => fault(part, [...issue.path, key], code, describeIssue(issue)))
}

/** True for issues about what kind of value stands there, which an absent value raises too. */
function isAboutKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union'
}

/**
 * A value that fits no form of a union is judged by the form that it comes nearest to. When it is not even of
 * the right kind for any of them, all kinds are named.
 */
function faultsOfUnion(part: InputPart, data: unknown, issue: UnionIssue): Fault[] {
  const [nearest] = issue.errors.toSorted((a, b) => distance(a) - distance(b))
  if (nearest === undefined) {
    return [fault(part, issue.path, 'invalid-value', issue.message)]
  }
  if (nearest.some(isWrongAtRoot)) {
    const kinds = new Set(issue.errors.flat().filter(isWrongAtRoot).map(kindOf))
    return [fault(part, issue.path, 'invalid-type', `must be ${[...kinds].join(' or ')}`)]
  }
  return nearest.flatMap((inner) =>
    faultsOfIssue(part, data, { ...inner, path: [...issue.path, ...inner.path] }),
  )
}

function distance(branch: readonly Issue[]): number {
  // A value of the right kind may have any number of faults.
  const wrongKind = branch.some(isWrongAtRoot) ? 1_000_000_000 : 0
  const wrongLiteral = branch.some((issue) => issue.code === 'invalid_value') ? 100 : 0
  return wrongKind + wrongLiteral + branch.length
}

function isWrongAtRoot(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

function kindOf(issue: Issue): string {
  return issue.message.replace(/^must be /, '')
}

const codes: Partial<Record<Issue['code'], string>> = {
  invalid_type: 'invalid-type',
  invalid_value: 'invalid-value',
  invalid_format: 'invalid-format',
  not_multiple_of: 'invalid-value',
}

function codeOf(issue: Issue): string {
  if (issue.code === 'too_small') return codeOfBound(issue.origin, 'too-short', 'too-few', 'too-small')
  if (issue.code === 'too_big') return codeOfBound(issue.origin, 'too-long', 'too-many', 'too-large')
  return codes[issue.code] ?? 'invalid'
}

function codeOfBound(origin: string, forText: string, forItems: string, forNumbers: string): string {
  if (origin === 'string') return forText
  return origin === 'array' || origin === 'object' ? forItems : forNumbers
}

function codeOfCustom(issue: Extract<Issue, { code: 'custom' }>): string {
  const code: unknown = issue.params?.code
  return typeof code === 'string' ? code : 'invalid'
}

/** A fault whose detail is a sentence: `words` is its end (`must be …`), or a whole sentence of its own. */
export function fault(part: InputPart, path: readonly PropertyKey[], code: string, words: string): Fault {
  const isSentence = /^[A-Z`]/.test(words)
  const sentence = isSentence ? words : `${subjectOf(part, path)} ${words}`
  return { ...placeOf(part, path), code, detail: sentence.endsWith('.') ? sentence : `${sentence}.` }
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<PropertyKey, unknown>)[name]
  }
  return value
}
