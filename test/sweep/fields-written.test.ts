import { describe, expect, it } from 'vitest'
import { columnNames } from './columns.ts'
import { faultsIn, inGroups } from './faults.ts'
import { isReading, takesFile } from './operations.ts'
import { askerNamed } from './principals.ts'
import { anyVersion, mostShown, nameOf, requestFor } from './requests.ts'
import { bodySchema, formsOf, itemsOf, membersOf, type Schema, shownNames } from './schemas.ts'
import { startSweep } from './sweep.ts'

/**
 * Every field of the program, as the description and the tables have them. New fields are tried without a line here.
 */

const escaped = (name: string) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The values that a read-only field is written with. */
function valuesFor(name: string): unknown[] {
  return ['2020-01-01T00:00:00.000Z', null, { [name]: { set: 1 } }, [{ isRaw: true, value: '(select 1)' }]]
}

describe('every field', () => {
  it('that can only be read: writing it is 422, points at it and changes nothing', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, targets, database } = sweep
    const admin = askerNamed(askers, 'admin')
    const shown = operations.filter(({ isGuarded }) => isGuarded).flatMap(shownNames)
    const names = [...new Set([...shown, ...(await columnNames(sweep.server.engine)), ...strangeNames])]
    let written = 0
    for (const operation of operations.filter(
      (candidate) => !isReading(candidate) && !takesFile(candidate) && candidate.described,
    )) {
      const target = await targets.existing(operation)
      const { body = '{}' } = await requestFor(sweep, operation, target)
      const schema = bodySchema(operation)
      const readOnly = names.filter((name) => !membersOf(schema ?? {}).has(name))
      const own = readOnly.filter((name) => shownNames(operation).includes(name))
      const top = [...inGroups(readOnly), ...own.map((name) => [name])].flatMap((group) =>
        valuesFor('id').map((_, at) => ({
          body: {
            ...JSON.parse(body),
            ...Object.fromEntries(group.map((name) => [name, valuesFor(name)[at]])),
          },
          pointers: group.map(escaped),
        })),
      )
      const requests = [...top, ...(schema ? withUnknownWithin(schema, JSON.parse(body)) : [])]
      const headers = [anyVersion, ['content-type', 'application/json']] as const
      database.accept()
      const ask = async () => {
        const answers = await client.injectAll(
          requests.map(({ body }) => [
            admin,
            { method: operation.method, target, headers, body: JSON.stringify(body) },
          ]),
        )
        sweep.check(answers)
        for (const [index, { status, text, sent }] of answers.entries()) {
          const found = new Set(faultsIn(text).map(({ pointer }) => pointer))
          const missing = requests[index]?.pointers.filter((pointer) => !found.has(pointer)) ?? []
          if (status !== 422 || missing.length > 0)
            faults.push(
              `${nameOf(operation)} ${status} says nothing of ${missing}: ${sent.body?.slice(0, 300)} ${text.slice(0, 300)}`,
            )
        }
      }
      if (!(await database.staysAsItIs(ask))) faults.push(`${nameOf(operation)} changed something`)
      written += requests.length
    }
    sweep.checkLog()
    sweep.report('Fields written', { fields: names.length, written })
    expect(faults.slice(0, mostShown)).toEqual([])
    expect(written).toBeGreaterThan(500)
  }, 120_000)
})

/** Names that no field has. */
const strangeNames = [
  'nope',
  'isAdmin',
  'admin',
  'internal',
  'toString',
  'hasOwnProperty',
  'a/b~c',
  '',
  '$set',
  'title[]',
  'seo[title]',
  'flags.adsAllowed',
  'createdBy.tokenId',
  '0',
  'length',
]

/** Bodies with a member too many in each object of them that has a list of its members. */
function withUnknownWithin(
  schema: Schema,
  body: Record<string, unknown>,
): { body: unknown; pointers: string[] }[] {
  return [...membersOf(schema)].flatMap(([name, member]) => {
    const items = itemsOf(member)
    const inner = items ?? member
    if (membersOf(inner).size === 0) return []
    // Where there are several forms, what tells them apart.
    const form = formsOf(inner).find(({ properties }) => properties) ?? inner
    const constant = [...membersOf(form)].flatMap(([key, { const: value }]) =>
      value === undefined ? [] : [[key, value]],
    )
    const unknown = { 'no such': 1, 'createdBy.name': 1 }
    const pointers = Object.keys(unknown).map((key) => `/${name}${items ? '/0' : ''}${escaped(key)}`)
    const value = { ...Object.fromEntries(constant), ...unknown }
    return [{ body: { ...body, [name]: items ? [value] : value }, pointers }]
  })
}
