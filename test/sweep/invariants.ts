import { type ErrorCode, errorDefinitions } from '../../src/contract/errors.ts'
import type { Answer } from './client.ts'

/** What must hold for every answer, whoever asks for what. */

const requiredHeaders: Readonly<Record<string, RegExp>> = {
  'x-content-type-options': /^nosniff$/,
  // Documents of ads may be framed anywhere: nothing runs in them, and they have no origin.
  'content-security-policy':
    /^default-src 'none'.*frame-ancestors (?:'none'|\*; sandbox allow-popups allow-popups-to-escape-sandbox)$/,
  // Advertisers learn which site led somebody to them, and not which page.
  'referrer-policy': /^(?:no-referrer|strict-origin)$/,
  'cross-origin-resource-policy': /^cross-origin$/,
  'x-request-id': /^[\w.-]+$/,
}
const forbiddenHeaders = ['x-powered-by', 'server', 'set-cookie', 'access-control-allow-credentials']

/** What only somebody within the program should read: frames of a stack, statements, paths of files, drivers. */
const internals =
  /\bat .*[.:]\d+:\d+|\b(select|insert into|update|delete from)\b.+\b(from|values|set|where)\b|node_modules|SQLITE_|drizzle|better-sqlite3|\/tmp\/|file:\/\//i

/** What is wrong with an answer by itself; nothing when it is as it should be. */
export function faultsOfAnswer(answer: Answer): string[] {
  return [...faultsOfHeaders(answer), ...(answer.status >= 400 ? faultsOfProblem(answer) : [])]
}

function faultsOfHeaders({ headers, status, requestId }: Answer): string[] {
  const required = Object.entries(requiredHeaders).filter(([name, form]) => !form.test(String(headers[name])))
  const forbidden = forbiddenHeaders.filter((name) => headers[name] !== undefined)
  const origin = headers['access-control-allow-origin']
  return [
    ...required.map(([name]) => `the header ${name} is ${headers[name]}`),
    ...forbidden.map((name) => `has the header ${name}`),
    ...(origin === undefined || origin === '*' ? [] : [`allows the origin ${origin}`]),
    ...(headers['x-request-id'] === requestId || status === 400 ? [] : ['has not the id of the request']),
    ...(status >= 500 ? [`is a ${status}`] : []),
  ]
}

function faultsOfProblem({ sent, status, headers, text }: Answer): string[] {
  if (headers['content-type'] !== 'application/problem+json')
    return [`is of the type ${headers['content-type']}`]
  if (sent.method === 'HEAD') return text === '' ? [] : ['has a body']
  const problem = parsed(text)
  if (problem === undefined) return ['is no JSON object']
  const { code, type, title, detail, requestId, errors } = problem
  if (typeof code !== 'string' || !Object.hasOwn(errorDefinitions, code)) return [`has the code ${code}`]
  const definition = errorDefinitions[code as ErrorCode]
  return [
    ...(definition.status === status && problem.status === status
      ? []
      : ['has another status than its code']),
    ...(type === `/problems/${code}` && title === definition.title ? [] : ['has another type or title']),
    ...(typeof detail === 'string' && detail !== '' ? [] : ['has no detail']),
    ...(requestId === headers['x-request-id'] ? [] : ['names another request']),
    ...(errors === undefined || isListOfFaults(errors) ? [] : ['has errors that say nothing']),
    ...(internals.test(text.replaceAll(sent.target, '')) ? ['tells of what is inside'] : []),
    ...(status === 401 && headers['www-authenticate'] !== 'Bearer' ? ['has no WWW-Authenticate'] : []),
    ...(status === 405 && headers.allow === undefined ? ['has no Allow'] : []),
    ...([429, 503].includes(status) && headers['retry-after'] === undefined ? ['has no Retry-After'] : []),
  ]
}

function isListOfFaults(errors: unknown): boolean {
  return (
    Array.isArray(errors) &&
    errors.length > 0 &&
    errors.every(
      ({ pointer, parameter, header, code, detail }) =>
        [pointer, parameter, header].filter((place) => typeof place === 'string').length === 1 &&
        code &&
        detail,
    )
  )
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** An answer as bytes that should be the same for everything that somebody may not know of. */
export function comparable(
  { sent, status, headers, text, requestId }: Answer,
  names: readonly string[],
): string {
  const {
    date: _date,
    'x-request-id': _id,
    'cache-status': _cache,
    'content-length': _length,
    etag,
    ...rest
  } = headers
  // The tag of content that repeats a name differs with the name.
  const same = names.length > 0 && status === 200 ? rest : { ...rest, etag }
  let bytes = JSON.stringify([status, same, sent.method === 'HEAD' ? '' : text]).replaceAll(
    requestId,
    'REQUEST',
  )
  for (const name of names) bytes = bytes.replaceAll(name, 'NAME')
  return bytes
}
