import { type ErrorCode, errorDefinitions, type Fault } from '../contract/errors.ts'
import { strikeTokens } from './secrets.ts'

export const problemContentType = 'application/problem+json'

interface ProblemContent {
  readonly code: ErrorCode
  readonly detail: string
  readonly errors?: readonly Fault[] | undefined
  readonly extensions?: Readonly<Record<string, unknown>>
}

interface ProblemPlace {
  /** The URL of the request as it was sent; absent when the request could not be read. */
  readonly url?: string
  readonly requestId: string
}

/** The members of a problem document (RFC 9457). Extensions never replace a member of the standard. */
export function problemBody(problem: ProblemContent, place: ProblemPlace): Record<string, unknown> {
  const { title, status } = errorDefinitions[problem.code]
  const standard = {
    type: `/problems/${problem.code}`,
    title,
    status,
    detail: problem.detail,
    ...(place.url === undefined ? {} : { instance: instanceOf(place.url) }),
    code: problem.code,
    requestId: place.requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  }
  return { ...standard, ...problem.extensions, ...standard }
}

/** The path of a request URL, its percent-encoding untouched, without the query and without any token. */
function instanceOf(url: string): string {
  const [path = '/'] = url.split('?', 1)
  return strikeTokens(path)
}
