import type { Answer, Sent } from './client.ts'
import { comparable } from './invariants.ts'
import { isReading, mediaTypesOf, type Operation } from './operations.ts'
import type { Asker } from './principals.ts'
import type { Sweep } from './sweep.ts'

/** So many faults are shown of many. */
export const mostShown = 20

const json = ['content-type', 'application/json'] as const
export const anyVersion = ['if-match', '*'] as const

export const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>) => `${method} ${path}`

/** A request as the description has it. */
export async function requestFor(sweep: Sweep, operation: Operation, target: string): Promise<Sent> {
  const { method } = operation
  if (isReading(operation)) return { method, target }
  const body = await sweep.targets.fillBody(operation)
  if (body === undefined) return { method, target, headers: [anyVersion] }
  if (typeof body !== 'string')
    return { method, target, headers: [anyVersion, json], body: JSON.stringify(body) }
  const [type = ''] = mediaTypesOf(operation)
  return { method, target, headers: [anyVersion, ['content-type', type]], body }
}

/** True when two answers differ by more than their requests do. */
export function differ(one: Answer, other: Answer): boolean {
  const names = [one.sent.target, other.sent.target]
  return comparable(one, names) !== comparable(other, names)
}

/** Asks one request; where it is refused, makes sure that it has changed nothing. */
export async function askOnce(sweep: Sweep, asker: Asker, sent: Sent): Promise<Answer> {
  const { client, database, faults } = sweep
  database.accept()
  const [answer] = await client.injectAll([[asker, sent]])
  if (!answer) throw new Error('there is no answer')
  sweep.check([answer])
  if (answer.status >= 400 && database.accept()) {
    // Something was written and perhaps taken back: the same again, with a look before and after.
    const isAsItWas = await database.staysAsItIs(() => client.injectAll([[asker, sent]]))
    if (!isAsItWas) faults.push(`${asker.name}: ${sent.method} ${sent.target}: ${answer.status}, but written`)
  }
  return answer
}
