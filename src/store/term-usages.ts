import { inArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'

/** An article that refers to a term: in its working copy, in what is public of it, or in both. */
export interface TermUsage {
  readonly id: string
  readonly title: string
  readonly inWorkingCopy: boolean
  readonly inPublished: boolean
}

const mostUsages = 20

/** A table whose rows refer to terms of one kind. */
interface Place {
  readonly table: SQLWrapper
  readonly articleId: SQLWrapper
  readonly termId: SQLWrapper
}

/** Where articles refer to terms of a kind: in working copies, and in what is public. */
function placesOf({ tables: t }: Query, kind: TermKind): { working: Place; published: Place } {
  const { articles, publishedArticles: shown } = t
  if (kind === 'section')
    return {
      working: place(articles, articles.id, articles.sectionId),
      published: place(shown, shown.id, shown.sectionId),
    }
  if (kind === 'tag') {
    const { articleTags: tagged, publishedArticleTags: shownTags } = t
    return {
      working: place(tagged, tagged.articleId, tagged.tagId),
      published: place(shownTags, shownTags.articleId, shownTags.tagId),
    }
  }
  const { articleAuthors: by, publishedArticleAuthors: shownBy } = t
  return {
    working: place(by, by.articleId, by.authorId),
    published: place(shownBy, shownBy.articleId, shownBy.authorId),
  }
}

function place(table: SQLWrapper, articleId: SQLWrapper, termId: SQLWrapper): Place {
  return { table, articleId, termId }
}

export function termUsagesReader(query: Query) {
  const { sql: db, tables: t } = query

  const usesIn = ({ table, articleId, termId }: Place, id: string): SQL =>
    sql`select ${articleId} as id from ${table} where ${termId} = ${id}`

  /** Those of some articles that refer to the term in this place. */
  async function among(articleIds: readonly string[], place: Place, id: string): Promise<Set<string>> {
    const uses = sql`(${usesIn(place, id)} and ${inArray(place.articleId, [...articleIds])}) as uses`
    const rows = await db.select({ id: sql<string>`uses.id` }).from(uses)
    return new Set(rows.map((row) => row.id))
  }

  return {
    /** How many articles refer to the term, and some of them, by id. */
    async list(kind: TermKind, id: string): Promise<{ count: number; rows: TermUsage[] }> {
      const { working, published } = placesOf(query, kind)
      const uses = sql`(${usesIn(working, id)} union ${usesIn(published, id)}) as uses`
      const [counted] = await db.select({ count: sql<number>`count(*)` }).from(uses)
      const count = Number(counted?.count ?? 0)
      if (count === 0) return { count, rows: [] }
      const first = await db
        .select({ id: sql<string>`uses.id` })
        .from(uses)
        .orderBy(sql`uses.id`)
        .limit(mostUsages)
      const ids = first.map((row) => row.id)
      const inWorkingCopy = await among(ids, working, id)
      const inPublished = await among(ids, published, id)
      const rows = await db
        .select({ id: t.articles.id, title: t.articles.title })
        .from(t.articles)
        .where(inArray(t.articles.id, ids))
        .orderBy(t.articles.id)
      return {
        count,
        rows: rows.map((row) => ({
          ...row,
          inWorkingCopy: inWorkingCopy.has(row.id),
          inPublished: inPublished.has(row.id),
        })),
      }
    },

    /** Whether a published article refers to the term. */
    async isPublic(kind: TermKind, id: string): Promise<boolean> {
      const { published } = placesOf(query, kind)
      const uses = sql`(${usesIn(published, id)} limit 1) as uses`
      return (await db.select({ id: sql<string>`uses.id` }).from(uses)).length > 0
    },
  }
}
