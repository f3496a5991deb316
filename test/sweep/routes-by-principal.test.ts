import { describe, expect, it } from 'vitest'
import { faultsByDescription } from '../support/contract.ts'
import { engineName } from '../support/database.ts'
import { unknownId } from '../support/routes.ts'
import { type ArticleState, articleStates } from './article-states.ts'
import type { Answer } from './client.ts'
import { isReading, type Operation } from './operations.ts'
import { type Asker, isLetIn } from './principals.ts'
import { askOnce, differ, mostShown, nameOf, requestFor } from './requests.ts'
import { type Sweep, startSweep } from './sweep.ts'
import { fillWith } from './targets.ts'

/**
 * Every route of the program by everybody who might ask. What is asked is made of the route table, the OpenAPI
 * description and a zoo of hidden things, so that a new route is asked all of it without a line here.
 */

/** One in so many of those who ask, others for each route, and always who may do everything: rights have no database. */
const step = engineName === 'sqlite' ? 1 : 5

function someOf(askers: readonly Asker[], turn: number): Asker[] {
  return askers.filter(({ name }, index) => (index + turn) % step === 0 || name === 'admin')
}

describe('every route', () => {
  it('by those whom the guard stops: they change nothing and learn nothing', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, targets, database } = sweep
    let stopped = 0
    for (const [turn, operation] of operations.entries()) {
      const target = isReading(operation) ? await targets.existing(operation) : atShown(sweep, operation)
      const there = await requestFor(sweep, operation, target)
      const missing = { ...there, target: targets.unknown(operation) }
      const outside = someOf(askers, turn).filter((asker) => !isLetIn(asker, operation))
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
    expect(stopped).toBeGreaterThan(2_000 / step)
  }, 120_000)

  it('by those who may: each succeeds, answers as it is described, and what is refused changes nothing', async () => {
    const sweep = await startSweep()
    const { askers, faults } = sweep
    // Imports go on when they were answered, and change things then: their own tests wait for them.
    const operations = sweep.operations.filter(({ path }) => !path.startsWith('/manage/v1/import'))
    const succeeded = new Set<string>()
    for (const [turn, operation] of operations.entries()) {
      const letIn = someOf(askers, turn).filter((asker) => isLetIn(asker, operation))
      const answers = isReading(operation)
        ? await readAs(sweep, letIn, operation)
        : await writeAs(sweep, letIn, operation)
      const successes = answers.filter(({ status }) => status < 400)
      if (successes.length > 0) succeeded.add(nameOf(operation))
      for (const success of operation.described ? successes : [])
        faults.push(...faultsOfSuccess(operation, success).map((fault) => `${nameOf(operation)}: ${fault}`))
    }
    sweep.checkLog()
    sweep.report('Routes by principal, let in', { principals: askers.length, succeeded: succeeded.size })
    expect(faults.slice(0, mostShown)).toEqual([])
    const described = operations.filter((operation) => operation.described)
    expect(described.map(nameOf).filter((name) => !succeeded.has(name))).toEqual([])
  }, 240_000)
})

/** What an operation is asked of: an article in each state, where it is about one, and else what there is. */
function statesFor({ path }: Operation): (ArticleState | undefined)[] {
  return /^\/manage\/v1\/articles\/\{id\}[^{]*$/.test(path) ? [undefined, ...articleStates] : [undefined]
}

/** Reads as everybody, in any order: nothing may change, and in public all must be answered alike. */
async function readAs(sweep: Sweep, letIn: readonly Asker[], operation: Operation): Promise<Answer[]> {
  const { client, database, faults, targets } = sweep
  const states = statesFor(operation)
  const existing = await Promise.all(states.map((state) => targets.existing(operation, state)))
  const { method } = operation
  database.accept()
  const answers: Answer[] = []
  const read = async () => {
    for (const target of [...existing, targets.unknown(operation)])
      answers.push(...(await client.injectAll(letIn.map((asker) => [asker, { method, target }]))))
  }
  if (!(await database.staysAsItIs(read))) faults.push(`${nameOf(operation)} changed something`)
  sweep.check(answers)
  if (operation.path.startsWith('/v1/'))
    for (const answer of answers) {
      const first = answers.find(({ sent }) => sent.target === answer.sent.target)
      if (first && differ(first, answer))
        faults.push(`${nameOf(operation)} answers ${answer.as} in another way`)
    }
  return answers
}

/** Writes as everybody, one after the other and each to something of its own; as admin in every state there is. */
async function writeAs(sweep: Sweep, letIn: readonly Asker[], operation: Operation): Promise<Answer[]> {
  const { targets } = sweep
  const answers: Answer[] = []
  const write = async (asker: Asker, target: string) => {
    answers.push(await askOnce(sweep, asker, await requestFor(sweep, operation, target)))
  }
  for (const asker of letIn)
    for (const state of asker.name === 'admin' ? statesFor(operation) : [undefined])
      await write(asker, await targets.existing(operation, state))
  if (operation.path.includes('{')) for (const asker of letIn) await write(asker, targets.unknown(operation))
  return answers
}

/** Where a success is not of the form that is described. */
function faultsOfSuccess({ method, path }: Operation, { status, headers, text }: Answer): string[] {
  if (text === '') return []
  const body = /^application\/(?:[\w.-]+\+)?json/.test(headers['content-type'] ?? '')
    ? JSON.parse(text)
    : text
  const answer = { status, headers: headers as Record<string, string>, body }
  return faultsByDescription(method.toLowerCase(), path, answer)
}

/** The path with the first parameter of something published, where a published thing is an article. */
function atShown({ zoo }: Sweep, { path }: Operation): string {
  return fillWith(path.replace(/\{\w+\}/, zoo.shown.id), unknownId)
}
