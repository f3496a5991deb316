import { describe, expect, it } from 'vitest'
import { dump } from '../support/dump.ts'
import { unknownId } from '../support/routes.ts'
import { articleStates } from './article-states.ts'
import type { Answer, Sent } from './client.ts'
import { comparable } from './invariants.ts'
import { isReading, type Operation } from './operations.ts'
import { askerNamed, isLetIn } from './principals.ts'
import { type Sweep, startSweep } from './sweep.ts'

/**
 * Every route of the program, by everybody who might ask, in every spelling and with every type of content. What is
 * asked is made of the route table, the OpenAPI description and a zoo of hidden things, so that a new route is asked
 * all of it without a line here.
 */

/** Says what was done; it is to be seen among the results. */
function report(sweep: Sweep, name: string, counts: Readonly<Record<string, number>>): void {
  const all = {
    operations: sweep.operations.length,
    ...counts,
    requests: sweep.client.count(),
    unexpected: sweep.faults.length,
  }
  process.stdout.write(
    `${name}: ${Object.entries(all)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}\n`,
  )
}

const json = ['content-type', 'application/json'] as const
const anyVersion = ['if-match', '*'] as const

async function requestFor(sweep: Sweep, operation: Operation, target: string): Promise<Sent> {
  const { method } = operation
  if (isReading(operation)) return { method, target }
  const body = await sweep.targets.fillBody(operation)
  return body === undefined
    ? { method, target, headers: [anyVersion] }
    : { method, target, headers: [anyVersion, json], body: JSON.stringify(body) }
}

const nameOf = ({ method, path }: Operation) => `${method} ${path}`

describe('every route', () => {
  it('by everybody: those whom the guard stops change nothing and learn nothing', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, targets } = sweep
    let before = await dump(sweep.server.engine)
    let stopped = 0
    for (const operation of operations) {
      const target = isReading(operation) ? await targets.existing(operation) : targets.unknown(operation)
      const shown = operation.path.replace(/\{\w+\}/, sweep.zoo.shown.id)
      const there = await requestFor(
        sweep,
        operation,
        isReading(operation) ? target : shown.replace(/\{\w+\}/g, unknownId),
      )
      const missing = { ...there, target: targets.unknown(operation) }
      before = await dump(sweep.server.engine)
      const outside = askers.filter((asker) => !isLetIn(asker, operation))
      const answers = await client.injectAll(
        outside.flatMap(
          (asker) =>
            [
              [asker, there],
              [asker, missing],
            ] as const,
        ),
      )
      stopped += answers.length
      sweep.check(answers)
      for (const [index, answer] of answers.entries()) {
        const asker = outside[Math.floor(index / 2)]
        const expected = asker?.permissions === undefined ? 401 : 403
        if (answer.status !== expected) faults.push(`${nameOf(operation)} by ${answer.as}: ${answer.status}`)
        if (index % 2 === 1 && differ(answers[index - 1], answer))
          faults.push(`${nameOf(operation)} tells ${answer.as} what is there`)
      }
      if ((await dump(sweep.server.engine)) !== before)
        faults.push(`${nameOf(operation)} changed something for those outside`)
    }
    sweep.checkLog()
    report(sweep, 'routes by principal, refused', { principals: askers.length, refusals: stopped })
    expect(faults).toEqual([])
    expect(stopped).toBeGreaterThan(1_000)
  }, 120_000)
})

function differ(one: Answer | undefined, other: Answer): boolean {
  if (!one) return false
  const names = [one.sent.target, other.sent.target]
  return comparable(one, names) !== comparable(other, names)
}
void articleStates
void askerNamed
