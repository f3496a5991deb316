import { and, asc, eq, gt, inArray, isNull } from 'drizzle-orm'
import type { GoneReason } from '../contract/article.ts'
import type { Query } from '../db/engine.ts'

type Tables = Query['tables']

export interface Gone {
  readonly reason: GoneReason
  readonly publicReason: string | null
  readonly at: string
}

/** The addresses that an article ever had in public. */
export interface Addresses {
  readonly slugs: readonly { readonly slug: string; readonly since: string }[]
  /** As they are kept. */
  readonly oldPaths: readonly string[]
}

/** An article that was public and was deleted for good. */
export interface ExportedTrace extends Addresses {
  readonly id: string
  readonly gone: Gone | null
}

/** Addresses of articles, and of those that are no more. */
export function addressesReader({ sql: db, tables: t }: Query) {
  async function addressesOf(ids: readonly string[]): Promise<(id: string) => Addresses> {
    const [slugs, paths] = await Promise.all([
      db
        .select()
        .from(t.slugHistory)
        .where(inArray(t.slugHistory.articleId, [...ids]))
        .orderBy(asc(t.slugHistory.since), asc(t.slugHistory.slug)),
      db
        .select()
        .from(t.oldPaths)
        .where(inArray(t.oldPaths.articleId, [...ids]))
        .orderBy(asc(t.oldPaths.path)),
    ])
    const slugsById = Map.groupBy(slugs, (row) => row.articleId)
    const pathsById = Map.groupBy(paths, (row) => row.articleId)
    return (id) => ({
      slugs: (slugsById.get(id) ?? []).map(({ slug, since }) => ({ slug, since })),
      oldPaths: (pathsById.get(id) ?? []).map(({ path }) => path),
    })
  }

  /** Ids of articles that are not there, of which a table still knows something. */
  function tracesIn(table: Tables['goneArticles'] | Tables['slugHistory'] | Tables['oldPaths']) {
    return (after: string, limit: number) =>
      db
        .selectDistinct({ id: table.articleId })
        .from(table)
        .leftJoin(t.articles, eq(t.articles.id, table.articleId))
        .where(and(isNull(t.articles.id), gt(table.articleId, after)))
        .orderBy(asc(table.articleId))
        .limit(limit)
  }

  return {
    addressesOf,

    /** The next of the articles that were public and were deleted for good. */
    async listTraces(after: string, limit: number): Promise<ExportedTrace[]> {
      const found = await Promise.all(
        [t.goneArticles, t.slugHistory, t.oldPaths].map((table) => tracesIn(table)(after, limit)),
      )
      const ids = [...new Set(found.flat().map(({ id }) => id))].sort().slice(0, limit)
      if (ids.length === 0) return []
      const addresses = await addressesOf(ids)
      const rows = await db.select().from(t.goneArticles).where(inArray(t.goneArticles.articleId, ids))
      const gone = new Map(rows.map(({ articleId, ...row }) => [articleId, row]))
      return ids.map((id) => ({ id, gone: gone.get(id) ?? null, ...addresses(id) }))
    },
  }
}
