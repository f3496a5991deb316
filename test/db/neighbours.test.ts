import { setTimeout as sleep } from 'node:timers/promises'
import { sql as raw } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Engine, Query } from '../../src/db/engine.ts'
import { engineName } from '../support/database.ts'
import { startServer } from '../support/server.ts'

/** Runs text on the connection of a transaction. */
async function run({ sql }: Query, text: string): Promise<void> {
  const { run, execute } = sql as unknown as Record<'run' | 'execute', (text: unknown) => Promise<unknown>>
  await (engineName === 'sqlite' ? run : execute).call(sql, raw.raw(text))
}

const keep = ({ sql, tables }: Query, name: string) =>
  sql.insert(tables.secrets).values({ name, value: Buffer.from(name) })

const namesIn = (engine: Engine) =>
  engine.snapshot(async ({ sql, tables }) => {
    const rows = await sql.select({ name: tables.secrets.name }).from(tables.secrets)
    return rows.map(({ name }) => name)
  })

/** As the driver does on a full disk; as an operator does. */
const ending = engineName === 'sqlite' ? 'ROLLBACK' : 'select pg_terminate_backend(pg_backend_pid())'

/** What a work does that goes on as if nothing had happened. */
const silent: readonly [string, (query: Query) => Promise<unknown>][] = [
  ['a statement failed', (query) => run(query, 'select nothing_of_that_name')],
  ['the transaction was ended', (query) => run(query, ending)],
]

it.each(silent)(
  'what was written is there and what was not is not, when %s in silence',
  async (_fault, harm) => {
    const { engine } = await startServer()
    const works: [string, (query: Query) => Promise<unknown>][] = [
      ['before', (query) => keep(query, 'before')],
      [
        'silent',
        async (query) => {
          await keep(query, 'silent')
          await harm(query).catch(() => {})
        },
      ],
      [
        'late',
        async (query) => {
          // Its statements are begun when it may be known already that the transaction is lost.
          await sleep(20)
          await keep(query, 'late')
          await sleep(5)
          await keep(query, 'later')
        },
      ],
      ['after', (query) => keep(query, 'after')],
      ['last', (query) => keep(query, 'last')],
    ]
    const outcomes = await Promise.allSettled(works.map(([, work]) => engine.write(work)))
    await engine.write((query) => keep(query, 'next'))
    const names = await namesIn(engine)
    const told = works.map(([name], index) => [name, outcomes[index]?.status === 'fulfilled'])
    expect(told).toEqual(works.map(([name]) => [name, names.includes(name)]))
    expect(names.includes('late')).toBe(names.includes('later'))
    expect(names).toContain('next')
  },
)
