import { v7 as newId } from 'uuid'
import { publishedIndex } from '../../src/search/open-index.ts'
import { engineName } from '../support/database.ts'
import type { TestServer } from '../support/server.ts'

const perInsert = 500
const start = Date.parse('2026-01-01T00:00:00Z')

const languages = { rare: 'fr', common: 'en', usual: 'ar' } as const
const kinds = ['rare', 'common', 'usual'] as const
type Kind = (typeof kinds)[number]
/** Ids by kind of term and slug. */
type Terms = Readonly<Record<string, string>>

function facetsOf(kind: Kind, terms: Terms): string[] {
  const ids = ['section', 'tag', 'author'].map((of) => terms[`${of} ${kind}`] ?? '')
  return [...ids, languages[kind]]
}

/** An instant: that of the publication with this number. */
export const instantOf = (index: number) => new Date(start + index * 60_000).toISOString()

/**
 * Many published articles, straight into the tables: so many that a plan matters. One in a hundred has the section, tag
 * and author `rare` and is in French, one in five `common` and is in English, the others `usual` and are in Arabic.
 */
export async function fillLists({ engine }: TestServer, count: number): Promise<void> {
  const terms = Object.fromEntries(
    ['section', 'tag', 'author'].flatMap((kind) => kinds.map((slug) => [`${kind} ${slug}`, newId()])),
  )
  const at = instantOf(0)
  await engine.write(async ({ sql: db, tables: t }) => {
    for (const [kind, table] of Object.entries({ section: t.sections, tag: t.tags, author: t.authors }))
      await db.insert(table).values(
        kinds.map((slug) => ({
          ...{ id: terms[`${kind} ${slug}`] ?? '', slug, name: slug, version: 1 },
          ...{ createdAt: at, updatedAt: at },
        })),
      )
    const counts = { rare: count / 100, common: count / 5, usual: (count * 79) / 100 }
    await db
      .insert(t.publishedCounts)
      .values(kinds.flatMap((kind) => facetsOf(kind, terms).map((facet) => ({ facet, count: counts[kind] }))))
  })
  for (let from = 0; from < count; from += perInsert) {
    await engine.write(async (query, { renew }) => {
      const { sql: db, tables: t } = query
      const rows = Array.from({ length: perInsert }, (_, offset) => rowOf(from + offset, terms))
      await db.insert(t.publishedArticles).values(rows.map(({ article }) => article))
      await db.insert(t.publishedFacets).values(
        rows.flatMap(({ article, facets }) =>
          facets.map((facet) => ({
            articleId: article.id,
            facet,
            publishedAt: article.publishedAt,
            updatedAt: article.updatedAt,
            titleSort: article.titleSort,
          })),
        ),
      )
      renew()
      await publishedIndex(query).put(
        rows.map(({ article: { id, titleSort } }) => ({
          articleId: id,
          document: { title: titleSort.split(' '), lead: [], body: [] },
        })),
      )
    })
  }
  if (engineName === 'postgres') await engine.write(analyze)
}

function rowOf(index: number, terms: Terms) {
  const usual = index % 5 === 1 ? 'common' : 'usual'
  const kind: Kind = index % 100 === 0 ? 'rare' : usual
  const publishedAt = instantOf(index)
  return {
    facets: facetsOf(kind, terms),
    article: {
      id: newId(),
      version: 1,
      slug: `a${index}`,
      title: `Story ${index}`,
      titleSort: `story ${(index * 7_919) % 100_003}`,
      excerpt: '',
      language: languages[kind],
      sectionId: terms[`section ${kind}`] ?? '',
      seo: { title: null, description: null, canonicalUrl: null },
      custom: {},
      corrections: [],
      adsAllowed: true,
      sensitive: false,
      publishedAt,
      firstPublishedAt: publishedAt,
      updatedAt: publishedAt,
      wordCount: 1,
      readingTimeMinutes: 1,
    },
  }
}

/** What PostgreSQL does by itself before long. */
export async function analyze({ sql: db }: { sql: unknown }): Promise<void> {
  await (db as { $client: { query(statement: string): Promise<unknown> } }).$client.query('analyze')
}
