import { describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { columnNames } from './columns.ts'
import { faultsIn, inGroups } from './faults.ts'
import { spellField, valuesNaming } from './field-spellings.ts'
import { comparable } from './invariants.ts'
import { type Operation, type Parameter, parametersOf, takesAnyQuery } from './operations.ts'
import { askerNamed } from './principals.ts'
import { mostShown, nameOf } from './requests.ts'
import { itemsOf, shownNames } from './schemas.ts'
import { type Sweep, startSweep } from './sweep.ts'

describe('every field', () => {
  it('in every query language: a parameter of the description, or 400, whatever there is to find', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, targets, zoo } = sweep
    const missing = 'there is no such value'
    const holding = (field: string) => zoo.values.get(field) ?? zoo.shown.id
    const admin = askerNamed(askers, 'admin')
    const nobody = askerNamed(askers, 'nobody')
    const all = operations.flatMap(shownNames)
    const internal = (await columnNames(sweep.server.engine)).filter((name) => !all.includes(name))
    const fields = new Set([...all, ...internal])
    let spellings = 0
    for (const operation of operations.filter(({ method, described }) => method === 'GET' && described)) {
      const target = await targets.existing(operation)
      const asker = operation.isGuarded ? admin : nobody
      const allowed = parametersOf(operation, 'query')
      const own = shownNames(operation).map(
        (field) => [spellField(field, holding(field)), spellField(field, missing)] as const,
      )
      const others = inGroups(internal).map(
        (group) => [plainly(group, holding), plainly(group, () => missing)] as const,
      )
      for (const [hit, miss] of [...own, ...others]) {
        const asks = [hit, miss].map((ask) => withoutParameters(ask, allowed))
        const [answer, other] = await client.injectAll(
          asks.map((ask) => [asker, { method: 'GET', target: withQuery(target, ask) }]),
        )
        if (!answer || !other) throw new Error('there is no answer')
        sweep.check([answer, other])
        const found = new Set(faultsIn(answer.text).map(({ parameter }) => parameter))
        const taken = [...(asks[0]?.keys() ?? [])].filter((name) => !found.has(name))
        const mayTakeAny = takesAnyQuery(operation)
        if (!mayTakeAny && (answer.status !== 400 || taken.length > 0))
          faults.push(`${nameOf(operation)} ${answer.status} says nothing of ${taken}`)
        if (comparable(answer, []) !== comparable(other, []))
          faults.push(`${nameOf(operation)} tells what is found: ${answer.text} | ${other.text}`)
        spellings += found.size
      }
      const choosing = allowed.filter(({ name }) => choosingParameters.includes(name))
      for (const parameter of choosing) await chooseEach(sweep, operation, parameter, { target, fields })
    }
    sweep.report('Fields asked for', { fields: fields.size, internal: internal.length, spellings })
    expect(faults.slice(0, mostShown)).toEqual([])
    expect(spellings).toBeGreaterThan(10_000)
  }, 240_000)
})

/** Parameters that choose among fields. Where an operation takes one, it takes what the description lists. */
const choosingParameters = ['fields', 'include', 'sort', 'select', 'by']

/** Fields as parameters, by their names alone and in the commonest way besides. */
function plainly(fields: readonly string[], holding: (field: string) => string): Map<string, string> {
  return new Map(
    fields.flatMap((field) => [
      [field, holding(field)] as const,
      [`filter[${field}][startsWith]`, holding(field)] as const,
    ]),
  )
}

/** Those that the description does not have. */
function withoutParameters(
  ask: ReadonlyMap<string, string>,
  allowed: readonly Parameter[],
): Map<string, string> {
  const known = allowed.map(({ name }) => name)
  return new Map([...ask].filter(([name]) => !known.includes(name)))
}

function withQuery(target: string, parameters: ReadonlyMap<string, string>): string {
  const query = [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${target}${target.includes('?') ? '&' : '?'}${query}`
}

/** Gives a choosing parameter every field: it takes those that the description lists, and refuses the others alike. */
async function chooseEach(
  sweep: Sweep,
  operation: Operation,
  { name, schema }: Parameter,
  { target, fields }: { target: string; fields: ReadonlySet<string> },
): Promise<void> {
  const { client, askers, faults } = sweep
  const asker = askerNamed(askers, operation.isGuarded ? 'admin' : 'nobody')
  const listed = (schema.enum ?? itemsOf(schema)?.enum ?? []) as string[]
  const pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern, 'u')
  const values = [...new Set([...fields].flatMap(valuesNaming)), 'random()', 'title");--', '{"isRaw":true}']
  const sent = values.map(
    (value): Sent => ({ method: 'GET', target: withQuery(target, new Map([[name, value]])) }),
  )
  const answers = await client.injectAll(sent.map((one) => [asker, one]))
  sweep.check(answers)
  for (const [index, { status }] of answers.entries()) {
    const value = values[index] ?? ''
    const isListed = pattern?.test(value) ?? value.split(',').every((part) => listed.includes(part))
    // What is listed may still need another parameter.
    if (!isListed && status !== 400)
      faults.push(`${nameOf(operation)} takes ${name}=${values[index]}: ${status}`)
  }
}
