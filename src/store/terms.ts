import { and, asc, eq, inArray, type SQLWrapper, sql } from 'drizzle-orm'
import { Problem, versionMismatch } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import { numberedSlug } from '../contract/slug.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'

/** Sections, tags and authors: three tables of one form. */
function tableOf({ tables: t }: Query, kind: TermKind) {
  if (kind === 'section') return t.sections
  return kind === 'tag' ? t.tags : t.authors
}

export interface StoredTerm {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** An article that refers to a term. */
export interface TermUsage {
  readonly id: string
  readonly title: string
}

const mostUsages = 20

export function termsReader(query: Query) {
  const { sql: db, tables: t } = query

  /** The working copies and the published articles that refer to the term: by id, each once. */
  function usesOf(kind: TermKind, id: string) {
    if (kind === 'section')
      return [
        db.select({ id: t.articles.id }).from(t.articles).where(eq(t.articles.sectionId, id)),
        db
          .select({ id: t.publishedArticles.id })
          .from(t.publishedArticles)
          .where(eq(t.publishedArticles.sectionId, id)),
      ] as const
    const [working, published] =
      kind === 'tag' ? [t.articleTags, t.publishedArticleTags] : [t.articleAuthors, t.publishedArticleAuthors]
    const term =
      kind === 'tag'
        ? [t.articleTags.tagId, t.publishedArticleTags.tagId]
        : [t.articleAuthors.authorId, t.publishedArticleAuthors.authorId]
    return [
      db
        .select({ id: working.articleId })
        .from(working)
        .where(eq(term[0] as SQLWrapper, id)),
      db
        .select({ id: published.articleId })
        .from(published)
        .where(eq(term[1] as SQLWrapper, id)),
    ] as const
  }

  async function find(kind: TermKind, id: string): Promise<StoredTerm | undefined> {
    const table = tableOf(query, kind)
    const [row] = await db.select().from(table).where(eq(table.id, id))
    return row
  }

  return {
    find,

    /** Throws `not-found`. */
    async get(kind: TermKind, id: string): Promise<StoredTerm> {
      const term = await find(kind, id)
      if (!term) throw new Problem('not-found', `There is no such ${kind}.`)
      return term
    },

    /** By slug. */
    async list(
      kind: TermKind,
      { after: key, limit }: { after: readonly [slug: string, id: string] | undefined; limit: number },
    ): Promise<Paged<StoredTerm>> {
      const table = tableOf(query, kind)
      const rows = await db
        .select()
        .from(table)
        .where(key ? after([table.slug, table.id], key) : undefined)
        .orderBy(asc(table.slug), asc(table.id))
        .limit(limit + 1)
      const { items, last } = cutPage(rows, limit)
      return { items, next: last ? [last.slug, last.id] : null }
    },

    async count(kind: TermKind): Promise<number> {
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(tableOf(query, kind))
      return Number(row?.count ?? 0)
    },

    /** Those of the ids that exist. */
    async existing(kind: TermKind, ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      const table = tableOf(query, kind)
      const rows = await db
        .select({ id: table.id })
        .from(table)
        .where(inArray(table.id, [...ids]))
      return new Set(rows.map((row) => row.id))
    },

    /** The first of `slug`, `slug-2`, `slug-3` … that no other term of the kind has. */
    async findFreeSlug(kind: TermKind, slug: string, id: string): Promise<string> {
      const table = tableOf(query, kind)
      for (let number = 1; ; number += 1) {
        const candidate = number === 1 ? slug : numberedSlug(slug, number)
        const [owner] = await db.select({ id: table.id }).from(table).where(eq(table.slug, candidate))
        if (owner === undefined || owner.id === id) return candidate
      }
    },

    /** How many articles refer to the term, and some of them; and whether a published one does. */
    async usages(kind: TermKind, id: string) {
      const [ofWorking, ofPublished] = usesOf(kind, id)
      const published = await ofPublished
      const ids = [...new Set([...(await ofWorking), ...published].map((row) => row.id))].sort()
      const articles: TermUsage[] =
        ids.length === 0
          ? []
          : await db
              .select({ id: t.articles.id, title: t.articles.title })
              .from(t.articles)
              .where(inArray(t.articles.id, ids.slice(0, mostUsages)))
              .orderBy(t.articles.id)
      return { count: ids.length, articles, isPublic: published.length > 0 }
    },
  }
}

export function termsWriter(query: Query) {
  return {
    ...termsReader(query),

    /** False when the slug is taken. */
    async insert(kind: TermKind, term: StoredTerm): Promise<boolean> {
      const table = tableOf(query, kind)
      const inserted = await query.sql
        .insert(table)
        .values(term)
        .onConflictDoNothing()
        .returning({ id: table.id })
      return inserted.length > 0
    },

    /** Replaces a term that is still at `previous.version`. Throws `version-mismatch`. */
    async update(kind: TermKind, previous: StoredTerm, term: StoredTerm): Promise<void> {
      const table = tableOf(query, kind)
      const updated = await query.sql
        .update(table)
        .set(term)
        .where(and(eq(table.id, previous.id), eq(table.version, previous.version)))
        .returning({ id: table.id })
      if (updated.length > 0) return
      const [current] = await query.sql
        .select({ version: table.version })
        .from(table)
        .where(eq(table.id, previous.id))
      throw versionMismatch(current?.version)
    },

    async remove(kind: TermKind, id: string): Promise<void> {
      const table = tableOf(query, kind)
      await query.sql.delete(table).where(eq(table.id, id))
    },
  }
}
