import { describe, expect, it } from 'vitest'
import { faultsByDescription } from '../support/contract.ts'
import { unknownId } from '../support/routes.ts'
import { type ArticleState, articleStates } from './article-states.ts'
import { isReading, type Operation } from './operations.ts'
import { type Asker, askerNamed, isLetIn } from './principals.ts'
import { askOnce, differ, mostShown, nameOf, requestFor } from './requests.ts'
import { type Sweep, startSweep } from './sweep.ts'
import { fillWith } from './targets.ts'

/**
 * Every route of the program by everybody who might ask. What is asked is made of the route table, the OpenAPI
 * description and a zoo of hidden things, so that a new route is asked all of it without a line here.
 */

describe('every route', () => {
  it('by those whom the guard stops: they change nothing and learn nothing', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, targets, database } = sweep
    let stopped = 0
    for (const operation of operations) {
      const target = isReading(operation) ? await targets.existing(operation) : atShown(sweep, operation)
      const there = await requestFor(sweep, operation, target)
      const missing = { ...there, target: targets.unknown(operation) }
      const outside = askers.filter((asker) => !isLetIn(asker, operation))
      database.accept()
      const ask = async () => {
        const known = await client.injectAll(outside.map((asker) => [asker, there]))
        const unknown = await client.injectAll(outside.map((asker) => [asker, missing]))
        sweep.check([...known, ...unknown])
        for (const [index, answer] of known.entries()) {
          const expected = outside[index]?.permissions === undefined ? 401 : 403
          if (answer.status !== expected)
            faults.push(`${nameOf(operation)} by ${answer.as}: ${answer.status}`)
          const other = unknown[index]
          if (other && differ(answer, other))
            faults.push(`${nameOf(operation)} tells ${answer.as} what is there`)
        }
        stopped += known.length
      }
      if (!(await database.staysAsItIs(ask))) faults.push(`${nameOf(operation)} changed something`)
    }
    sweep.checkLog()
    sweep.report('Routes by principal, refused', { principals: askers.length, refusals: stopped })
    expect(faults.slice(0, mostShown)).toEqual([])
    expect(stopped).toBeGreaterThan(1_000)
  }, 120_000)

  it('by those who may: each succeeds, answers as it is described, and what is refused changes nothing', async () => {
    const sweep = await startSweep()
    const { operations, askers, faults, targets } = sweep
    const succeeded = new Set<string>()
    const ask = async (asker: Asker, operation: Operation, state?: ArticleState) => {
      const sent = await requestFor(sweep, operation, await targets.existing(operation, state))
      const answer = await askOnce(sweep, asker, sent)
      if (answer.status >= 400) return answer
      succeeded.add(nameOf(operation))
      if (!operation.described || answer.text === '') return answer
      const isJson = answer.headers['content-type']?.includes('json')
      const body = isJson ? JSON.parse(answer.text) : answer.text
      const found = faultsByDescription(operation.method.toLowerCase(), operation.path, {
        status: answer.status,
        headers: answer.headers as Record<string, string>,
        body,
      })
      faults.push(...found.map((fault) => `${nameOf(operation)}: ${fault}`))
      return answer
    }
    const admin = askerNamed(askers, 'admin')
    for (const operation of operations) {
      const first = await ask(admin, operation)
      const others = askers.filter((asker) => asker !== admin && isLetIn(asker, operation))
      for (const asker of others) {
        const answer = await ask(asker, operation)
        if (operation.path.startsWith('/v1/') && isReading(operation) && differ(first, answer))
          faults.push(`${nameOf(operation)} answers ${asker.name} in another way`)
      }
      const isOfArticle = /^\/manage\/v1\/articles\/\{id\}[^{]*$/.test(operation.path)
      for (const state of isOfArticle ? articleStates : []) await ask(admin, operation, state)
      if (operation.path.includes('{')) {
        const missing = await requestFor(sweep, operation, targets.unknown(operation))
        await askOnce(sweep, admin, missing)
      }
    }
    sweep.checkLog()
    sweep.report('Routes by principal, let in', { principals: askers.length, succeeded: succeeded.size })
    expect(faults.slice(0, mostShown)).toEqual([])
    const described = operations.filter((operation) => operation.described)
    expect(described.map(nameOf).filter((name) => !succeeded.has(name))).toEqual([])
  }, 240_000)
})

/** The path with the first parameter of something published, where a published thing is an article. */
function atShown({ zoo }: Sweep, { path }: Operation): string {
  return fillWith(path.replace(/\{\w+\}/, zoo.shown.id), unknownId)
}
