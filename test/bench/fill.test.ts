import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { fill } from '../../bench/filling/fill.ts'
import { timeline } from '../../bench/filling/plan.ts'
import { adminActor } from '../../src/auth/tokens.ts'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { startServer } from '../support/server.ts'
import { workThrough } from './editors.ts'

// Both worlds get the same ids in the same order, so that all that is made of ids is the same too.
const ids = vi.hoisted(() => ({ last: 0 }))
vi.mock('uuid', () => ({
  v7: () => {
    ids.last += 1
    return `018ced2a-4000-7000-8000-${String(ids.last).padStart(12, '0')}`
  },
}))

const dayMs = 86_400_000
const until = Date.parse('2026-01-01T00:00:00Z')
const plan = { articles: 50, seed: 8, until, span: 90 * dayMs }

/** Every word that each article is found by, with its place; in the order in which the articles were indexed. */
async function indexed(url: string, name: string): Promise<string[]> {
  if (engineName === 'postgres') {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(`select article_id, scheme, words::text from ${name} order by number`)
    await client.end()
    return rows.map((row) => JSON.stringify(row))
  }
  const connection = new Database(new URL(url).pathname)
  connection.exec(`create virtual table temp.vocabulary using fts5vocab(main, ${name}_words, instance)`)
  const rows = connection
    .prepare(
      `select article_id, scheme, term, col, offset from ${name} join temp.vocabulary on doc = number
        order by number, col, offset, term`,
    )
    .all()
  connection.close()
  return rows.map((row) => JSON.stringify(row))
}

async function stateOf(server: Awaited<ReturnType<typeof startServer>>, url: string) {
  const kept = (await dump(server.engine)).split('\n').filter((row) => !row.startsWith('secrets '))
  // Drawn anew by every write.
  const rows = kept.map((row) => row.replace(/"revision":"[0-9a-f-]{36}"/, '"revision":"any"'))
  return {
    tables: Map.groupBy(rows, (row) => row.slice(0, row.indexOf(' '))),
    copies: await indexed(url, 'article_search'),
    publications: await indexed(url, 'published_search'),
  }
}

describe('a generated newsroom', () => {
  it('is, table by table, what its editors would have left by the API', { timeout: 120_000 }, async () => {
    const urls = [await temporaryDatabase(), await temporaryDatabase()] as const
    const clock = until - plan.span
    const byHand = await startServer({ databaseUrl: urls[0], clock, env: { LOG_LEVEL: 'warn' } })
    ids.last = 0
    await workThrough(byHand, plan)
    const filled = await startServer({ databaseUrl: urls[1], env: { LOG_LEVEL: 'warn' } })
    ids.last = 0
    await fill(filled.engine, { ...plan, actor: adminActor })

    const [expected, got] = [await stateOf(byHand, urls[0]), await stateOf(filled, urls[1])]
    expect([...got.tables.keys()]).toEqual([...expected.tables.keys()])
    const pairs = [
      ...[...expected.tables].map(([table, rows]) => [table, rows, got.tables.get(table)] as const),
      ['copies', expected.copies, got.copies] as const,
      ['publications', expected.publications, got.publications] as const,
    ]
    for (const [name, left, right] of pairs) {
      // One row says more than all of them.
      const differing = left.findIndex((row, index) => row !== right?.[index])
      expect(right?.[differing], name).toBe(left[differing])
      expect(right?.length, name).toBe(left.length)
    }
    expect(got.copies.length).toBeGreaterThan(got.publications.length)

    // The plan has everything that it can have, or what was compared says little.
    const deeds = new Set([...timeline(plan)].map(({ deed }) => deed.what))
    expect([...deeds].sort()).toEqual(
      ['advertise', 'correct', 'create', 'kill', 'patch', 'publish', 'relate', 'unpublish'].sort(),
    )
    // It is served like any other.
    const { body } = await filled.http.get('/v1/articles?count=true&limit=1&include=related,ads').expect(200)
    expect(body.page.total).toBe(expected.tables.get('publishedArticles')?.length)
  })
})
