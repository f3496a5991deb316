import type { Fault } from '../contract/errors.ts'
import { strikeTokens } from './secrets.ts'

/** The parts of a request that a schema may check, as Fastify names them. */
export type InputPart = 'params' | 'querystring' | 'headers' | 'body'

const longestName = 100
const longestPointer = 1_000

/** Where a fault lies, in the member of `Fault` that fits the part of the request. */
export function placeOf(
  part: InputPart,
  path: readonly PropertyKey[],
): Pick<Fault, 'pointer' | 'parameter' | 'header'> {
  if (part === 'body') return { pointer: cut(jsonPointer(path), longestPointer) }
  const name = cut(printable(String(path[0] ?? '')), longestName)
  return part === 'headers' ? { header: name } : { parameter: name }
}

/** What a sentence about the fault begins with. */
export function subjectOf(part: InputPart, path: readonly PropertyKey[]): string {
  const last = path.at(-1)
  if (part === 'body') return last === undefined ? 'The body' : memberOrItem(last)
  if (part === 'headers') return `The header \`${nameInSentence(path[0])}\``
  return last === undefined ? 'The parameters' : `The parameter \`${nameInSentence(path[0])}\``
}

function memberOrItem(last: PropertyKey): string {
  return typeof last === 'number' ? `Item ${last}` : `The member \`${nameInSentence(last)}\``
}

function nameInSentence(name: PropertyKey | undefined): string {
  return cut(printable(String(name ?? '')), longestName)
}

/** A JSON Pointer (RFC 6901) to the place that a path names. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((name) => `/${printable(String(name)).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

/** The name without what no answer should hold: NUL, lone surrogates, and tokens in mangled parameters. */
function printable(name: string): string {
  return strikeTokens(name.toWellFormed().replaceAll('\0', '\uFFFD'))
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`
}
