import { and, desc, eq, inArray, notInArray, sql } from 'drizzle-orm'
import { numberedSlug } from '../contract/slug.ts'
import type { Query } from '../db/engine.ts'
import { statement, statementOfRows } from '../db/statement.ts'

/** Numbers are looked up this many at a time, so that the thousandth article of one title costs few queries. */
const batchSize = 50

const insertSlugs = statementOfRows(
  (t) => t.slugs,
  ({ sql: db, tables: t }, rows) => db.insert(t.slugs).values(rows).onConflictDoNothing().returning(),
)
const selectOwner = statement(({ sql: db, tables: t }) =>
  db
    .select({ articleId: t.slugs.articleId })
    .from(t.slugs)
    .where(eq(t.slugs.slug, sql.placeholder('slug'))),
)
const insertHistory = statementOfRows(
  (t) => t.slugHistory,
  ({ sql: db, tables: t }, rows) => db.insert(t.slugHistory).values(rows).onConflictDoNothing(),
)

/** A slug and the article that has it. */
export interface SlugOfArticle {
  readonly slug: string
  readonly articleId: string
}

export function slugsReader({ sql: db, tables: t }: Query) {
  return {
    /** Ids of the articles that have or had one of the slugs. */
    async ownersOf(slugs: readonly string[]): Promise<Set<string>> {
      if (slugs.length === 0) return new Set()
      const rows = await db
        .select()
        .from(t.slugs)
        .where(inArray(t.slugs.slug, [...slugs]))
      return new Set(rows.map((row) => row.articleId))
    },

    /** Every slug that an article ever had in public. */
    async publicOf(articleId: string): Promise<Set<string>> {
      const rows = await db
        .select({ slug: t.slugHistory.slug })
        .from(t.slugHistory)
        .where(eq(t.slugHistory.articleId, articleId))
      return new Set(rows.map((row) => row.slug))
    },

    /** The newest of the slugs that an article ever had in public. */
    async findNewestPublic(articleId: string): Promise<string | undefined> {
      const [newest] = await db
        .select({ slug: t.slugHistory.slug })
        .from(t.slugHistory)
        .where(eq(t.slugHistory.articleId, articleId))
        .orderBy(desc(t.slugHistory.since), desc(t.slugHistory.slug))
        .limit(1)
      return newest?.slug
    },

    /** The first of `slug`, `slug-2`, `slug-3` … that no other article has or had. */
    async findFree(slug: string, articleId: string): Promise<string> {
      for (let from = 1; ; from += batchSize) {
        const candidates = Array.from({ length: batchSize }, (_, index) =>
          from + index === 1 ? slug : numberedSlug(slug, from + index),
        )
        const rows = await db.select().from(t.slugs).where(inArray(t.slugs.slug, candidates))
        const taken = new Set(rows.filter((row) => row.articleId !== articleId).map((row) => row.slug))
        const free = candidates.find((candidate) => !taken.has(candidate))
        if (free !== undefined) return free
      }
    },
  }
}

export function slugsWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...slugsReader(query),

    /** Takes the slug for the article; false when another article has or had it. */
    async reserve(slug: string, articleId: string): Promise<boolean> {
      const [taken] = await insertSlugs(query, [{ slug, articleId }])
      if (taken !== undefined && taken.length > 0) return true
      const [owner] = await selectOwner(query, { slug })
      return owner?.articleId === articleId
    },

    /** Takes those of the slugs that no article has or had, the first who wants it; answers which were taken. */
    async reserveFree(wanted: readonly SlugOfArticle[]): Promise<SlugOfArticle[]> {
      return (await insertSlugs(query, wanted)).flat()
    },

    /** Gives a slug back that was never public. */
    async release(slug: string, articleId: string): Promise<void> {
      const wasPublic = await db
        .select({ slug: t.slugHistory.slug })
        .from(t.slugHistory)
        .where(eq(t.slugHistory.slug, slug))
      if (wasPublic.length > 0) return
      await db.delete(t.slugs).where(and(eq(t.slugs.slug, slug), eq(t.slugs.articleId, articleId)))
    },

    /** Gives every slug of an article back that was never public. */
    async releaseAll(articleId: string): Promise<void> {
      const ever = await db
        .select({ slug: t.slugHistory.slug })
        .from(t.slugHistory)
        .where(eq(t.slugHistory.articleId, articleId))
      const kept = ever.map((row) => row.slug)
      await db.delete(t.slugs).where(and(eq(t.slugs.articleId, articleId), notInArray(t.slugs.slug, kept)))
    },

    /** Writes down that slugs are public since an instant, for ever. */
    async remember(slugs: readonly (SlugOfArticle & { readonly since: string })[]): Promise<void> {
      await insertHistory(query, slugs)
    },
  }
}
