import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { Query } from '../../src/db/engine.ts'
import { statement } from '../../src/db/statement.ts'
import { adminToken, startServer } from '../support/server.ts'

/** Queries of every kind of column, of joins that find nothing, and of objects of several tables. */
const queries = {
  articles: ({ sql: db, tables: t }: Query) => db.select().from(t.publishedArticles),
  joined({ sql: db, tables: t }: Query) {
    const { publishedArticles: article, sections } = t
    return db
      .select({
        id: article.id,
        source: article.source,
        adsAllowed: article.adsAllowed,
        publishedAt: article.publishedAt,
        section: { id: sections.id, name: sections.name },
        mixed: { id: sections.id, title: article.title, count: sql<number>`1 + 1` },
        upper: sql<string>`upper(${article.slug})`.as('upper'),
      })
      .from(article)
      .leftJoin(sections, eq(sections.id, article.sectionId))
      .orderBy(article.id)
  },
  whole({ sql: db, tables: t }: Query) {
    return db
      .select()
      .from(t.publishedArticles)
      .leftJoin(t.sections, eq(t.sections.id, t.publishedArticles.sectionId))
      .innerJoin(t.publishedBodies, eq(t.publishedBodies.articleId, t.publishedArticles.id))
      .orderBy(t.publishedArticles.id)
  },
  nothing: ({ sql: db, tables: t }: Query) => db.select().from(t.collections),
}

const base = '/manage/v1'
const admin = { authorization: `Bearer ${adminToken}` }

/** Two public articles, one of them in a section. */
async function startWithArticles() {
  const server = await startServer()
  const make = async (path: string, input: object) =>
    (
      await server.http
        .post(base + path)
        .set(admin)
        .send(input)
        .expect(201)
    ).body as { id: string }
  const section = await make('/sections', { name: 'World' })
  for (const input of [{ title: 'With', sectionId: section.id }, { title: 'Without' }]) {
    const { id } = await make('/articles', { ...input, body: [{ _type: 'block', children: [] }] })
    await server.http
      .post(`${base}/articles/${id}/publish`)
      .set({ ...admin, 'if-match': '*' })
      .expect(200)
  }
  return server
}

describe('the rows of prepared statements', () => {
  it('are the objects that Drizzle makes', async () => {
    const { engine } = await startWithArticles()
    await engine.snapshot(async (query) => {
      for (const [name, build] of Object.entries(queries)) {
        const expected: object[] = await build(query)
        const run = statement<object[]>(build as Parameters<typeof statement<object[]>>[0])
        expect(await run(query), name).toEqual(expected)
        expect(expected, name).toHaveLength(name === 'nothing' ? 0 : 2)
      }
    })
  })
})
