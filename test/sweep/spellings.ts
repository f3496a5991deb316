import { METHODS } from 'node:http'
import type { Sent } from './client.ts'
import { isReading, type Operation, parametersOf, takesAnyQuery } from './operations.ts'
import type { Sweep } from './sweep.ts'
import { fillWith } from './targets.ts'
import { pathForms, strangeQueries, strangeValues, type UrlForm } from './url-forms.ts'

/** A request in one of many spellings, and what is to become of it. */
export interface Spelled {
  readonly sent: Sent
  readonly outcome: UrlForm['outcome']
  /** The same request as everybody spells it. */
  readonly plain: Sent
  /** True when the path has the method. */
  readonly isOwn: boolean
}

/** Methods whose spellings are tried on every path, whether it has them or not. */
const everywhere = ['GET', 'POST', 'OPTIONS']

/**
 * Requests for one path: with every method, and in every spelling with its own and some others. Those that write are
 * about nothing that is there, and have no body.
 */
export async function spellingsOf({ targets, zoo }: Sweep, ofPath: readonly Operation[]): Promise<Spelled[]> {
  const [some] = ofPath
  if (!some) return []
  const reading = ofPath.find(({ method }) => method === 'GET')
  const readable = reading ? await targets.existing(reading) : targets.unknown(some)
  // Node has no request with this method that expects an ordinary answer.
  return METHODS.filter((method) => method !== 'CONNECT').flatMap((method) => {
    const operation = ofPath.find((candidate) => candidate.method === method)
    const plain = { method, target: operation && isReading(operation) ? readable : targets.unknown(some) }
    const isOwn = operation !== undefined
    const itself: Spelled = { sent: plain, outcome: undefined, plain, isOwn }
    const others = operation ? spellingsOfOwn(operation, plain, { readable, unlikely: zoo.unlikely }) : []
    const forms = isOwn || everywhere.includes(method) ? formsOf(plain) : []
    // What is not described, such as the pages of the documentation, may take more than it has to.
    const isFirm = operation?.described !== undefined
    const spelled = [...forms, ...others].map(({ target, outcome }) => ({
      sent: { method, target },
      outcome: isFirm ? outcome : undefined,
      plain,
      isOwn,
    }))
    return [itself, ...spelled]
  })
}

interface Target {
  readonly target: string
  readonly outcome: UrlForm['outcome']
}

function formsOf({ method, target }: Sent): Target[] {
  const [path = '', search] = target.split('?')
  const query = search === undefined ? '' : `?${search}`
  // What the router does not find for one method that reads, it does not find for the other.
  const forms = method === 'HEAD' ? pathForms.filter(({ outcome }) => outcome === 'same') : pathForms
  return forms.map(({ spell, outcome }) => ({ target: spell(path, query), outcome }))
}

/** Parameters that the operation does not take, and values that name nothing. */
function spellingsOfOwn(
  operation: Operation,
  { method, target }: Sent,
  { readable, unlikely }: { readable: string; unlikely: readonly string[] },
): Target[] {
  if (method === 'HEAD') return []
  const [path = '', search] = target.split('?')
  const once = parametersOf(operation, 'query').filter(({ schema }) => schema.type !== 'array')
  const queries = [...strangeQueries, ...once.map(({ name }) => `${name}=1&${name}=1`)]
  const values = operation.path.includes('{') ? strangeValues(unlikely) : []
  const asked = queries.map((query) => `${path}?${search === undefined ? query : `${search}&${query}`}`)
  const others = [
    ...values.map((value) => fillWith(operation.path, value)),
    ...values.flatMap((value) => withLast(operation.path, readable, value)),
  ]
  return [
    ...asked.map(
      (one): Target => ({ target: one, outcome: takesAnyQuery(operation) ? undefined : 'refused' }),
    ),
    ...others.map((one): Target => ({ target: one, outcome: 'refused' })),
  ]
}

/** The path of something that is there with another value for its last parameter, where it has more than one. */
function withLast(path: string, readable: string, value: string): string[] {
  const last = path.lastIndexOf('{')
  if (path.indexOf('{') === last) return []
  const before = path.slice(0, last).split('/').length - 1
  return [`${readable.split('/').slice(0, before).join('/')}/${fillWith(path.slice(last), value)}`]
}
