import { v7 as newId } from 'uuid'
import { expect, it } from 'vitest'
import type { ArticleStatus } from '../../src/contract/article.ts'
import { articleIndex } from '../../src/search/open-index.ts'
import { parseQuery } from '../../src/search/query.ts'
import type { ArticleFilter } from '../../src/store/article-filter.ts'
import { type ArticlePage, findNewest } from '../../src/store/article-lists.ts'
import { engineName } from '../support/database.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { planOf } from './plans.ts'

const articles = 4_000
const perInsert = 200
const start = Date.parse('2026-01-01T00:00:00Z')
const token = newId()

/** Many articles, of which one in a hundred is what a filter looks for. */
async function fill({ engine }: TestServer): Promise<void> {
  const sectionId = newId()
  const at = new Date(start).toISOString()
  const actor = { tokenId: null, name: 'test', role: null }
  await engine.write(({ sql: db, tables: t }) =>
    db
      .insert(t.sections)
      .values({ id: sectionId, slug: 'rare', name: 'Rare', version: 1, createdAt: at, updatedAt: at }),
  )
  for (let from = 0; from < articles; from += perInsert) {
    await engine.write(async (query) => {
      const { sql: db, tables: t } = query
      const rows = Array.from({ length: perInsert }, (_, offset) => {
        const index = from + offset
        const isRare = index % 100 === 0
        const updatedAt = new Date(start + index * 1_000).toISOString()
        const status: ArticleStatus = isRare ? 'in-review' : 'draft'
        return {
          id: newId(),
          status,
          version: 1,
          publishedVersion: isRare ? 1 : null,
          slug: `a${index}`,
          title: `Article ${index}`,
          titleSort: `article ${index}`,
          language: isRare ? 'fr' : 'en',
          sectionId: isRare ? sectionId : null,
          externalIds: {},
          seo: { title: null, description: null, canonicalUrl: null },
          adsAllowed: true,
          sensitive: false,
          custom: {},
          contentHash: isRare ? 'a' : 'b',
          publishedHash: isRare ? 'c' : null,
          trashedAt: index % 100 === 1 ? updatedAt : null,
          createdAt: updatedAt,
          updatedAt,
          createdBy: actor,
          updatedBy: actor,
          createdByTokenId: isRare ? token : null,
        }
      })
      await db.insert(t.articles).values(rows)
      await db.insert(t.articleBodies).values(rows.map((row) => ({ articleId: row.id, body: [] })))
      await articleIndex(query).put(
        rows.map(({ id, titleSort }) => ({
          articleId: id,
          document: { title: titleSort.split(' '), lead: [], body: [] },
        })),
      )
    })
  }
  if (engineName === 'postgres') await engine.write(analyze)
}

/** What PostgreSQL does by itself before long. */
async function analyze({ sql: db }: { sql: unknown }): Promise<void> {
  await (db as { $client: { query(statement: string): Promise<unknown> } }).$client.query('analyze')
}

const after = [new Date(start + 3_000_000).toISOString(), newId()] as const
const sorts = /TEMP B-TREE|\bSort\b/

it('answers every filter from an index, and without sorting where that can be', async () => {
  const server = await startServer()
  await fill(server)
  const plan = (filter: ArticleFilter & Partial<ArticlePage>) =>
    planOf(server, (query) => findNewest(query, { limit: 21, ...filter })).then((lines) => lines.join('\n'))

  for (const [filter, index] of [
    [{}, 'articles_updated'],
    [{ after }, 'articles_updated'],
    [{ updatedAfter: after[0] }, 'articles_updated'],
    [{ status: ['in-review'] }, 'articles_status'],
    [{ status: ['in-review'], after }, 'articles_status'],
    [{ section: [['rare']] }, 'articles_section'],
    [{ createdBy: [token] }, 'articles_creator'],
    [{ language: [['fr']] }, 'articles_language'],
    [{ hasUnpublishedChanges: true }, 'articles_changed'],
    [{ trashed: true }, 'articles_trash_updated'],
  ] as const) {
    const text = await plan(filter)
    expect(text).toContain(index)
    expect(text, JSON.stringify(filter)).not.toMatch(sorts)
  }
  // Any of several: the first of each, of which the few are sorted.
  const branches = await plan({ status: ['in-review', 'approved'] })
  expect(branches.match(/articles_status/g)).toHaveLength(2)
  expect(await plan({ search: parseQuery('1234') })).toContain('article_search_words')
})
