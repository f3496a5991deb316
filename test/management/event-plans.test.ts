import { v7 as newId } from 'uuid'
import { expect, it } from 'vitest'
import type { ChangeType } from '../../src/contract/change.ts'
import { type EventPage, eventsReader } from '../../src/store/events.ts'
import { planOf } from '../search/plans.ts'
import { engineName } from '../support/database.ts'
import { startServer, type TestServer } from '../support/server.ts'

const entries = 6_000
const perInsert = 300
const start = Date.parse('2026-01-01T00:00:00Z')
const rareToken = newId()
const rareSubject = newId()

/** A long log, of which one entry in a hundred is what a filter looks for. */
async function fill({ engine }: TestServer): Promise<void> {
  const common = newId()
  for (let from = 0; from < entries; from += perInsert)
    await engine.write(({ sql: db, tables: t }) => {
      const rows = Array.from({ length: perInsert }, (_, offset) => {
        const index = from + offset
        const isRare = index % 100 === 0
        const type: ChangeType = isRare
          ? 'token.created'
          : index % 2 === 0
            ? 'article.updated'
            : 'article.created'
        return {
          at: new Date(start + index * 1_000).toISOString(),
          type,
          subjectType: isRare ? ('token' as const) : ('article' as const),
          subjectId: isRare ? rareSubject : common,
          actor: { tokenId: isRare ? rareToken : null, name: 'x', role: null },
          actorTokenId: isRare ? rareToken : null,
          payload: {},
        }
      })
      return db.insert(t.changes).values(rows)
    })
  if (engineName === 'postgres')
    await engine.write(async ({ sql }) => {
      await (sql as unknown as { $client: { query(text: string): Promise<unknown> } }).$client.query(
        'analyze',
      )
    })
}

const middle = new Date(start + (entries / 2) * 1_000).toISOString()
const after = [middle, '3000'] as const
const sorts = /TEMP B-TREE|\bSort\b/

it('answers every filter of the audit log from an index, in its order', async () => {
  const server = await startServer()
  await fill(server)
  const plan = async (filter: Partial<EventPage>) =>
    (await planOf(server, (query) => eventsReader(query).list({ limit: 20, ...filter }))).join('\n')

  for (const [filter, index] of [
    [{}, 'changes_at'],
    [{ after }, 'changes_at'],
    [{ from: middle, to: new Date(start + 4_000_000).toISOString() }, 'changes_at'],
    [{ actor: [rareToken] }, 'changes_actor'],
    [{ actor: [rareToken], after }, 'changes_actor'],
    [{ actor: [rareToken], to: middle }, 'changes_actor'],
    [{ type: ['token.created'] }, 'changes_type'],
    [{ type: ['token.created'], after }, 'changes_type'],
    [{ subject: [rareSubject] }, 'changes_subject'],
    [{ subject: [rareSubject], after }, 'changes_subject'],
  ] as const) {
    const text = await plan(filter)
    expect([filter, text]).toEqual([filter, expect.stringContaining(index)])
    expect(text, JSON.stringify(filter)).not.toMatch(sorts)
  }
  // Of several filters one index serves, and what it finds is little.
  expect(await plan({ subject: [rareSubject], subjectType: ['token'] })).toContain('changes_subject')
  expect(await plan({ actor: [rareToken], subjectType: ['token'] })).toContain('changes_actor')
  // Any of several: the first of each, of which the few are sorted.
  const kinds = await plan({ subjectType: ['token'] })
  expect(kinds.match(/changes_type/g)).toHaveLength(4)
  const actors = await plan({ actor: [rareToken, null] })
  // Where nearly all entries are by nobody, the order of all finds them as soon.
  expect(actors.match(/changes_(actor|at)/g)).toHaveLength(2)
})
