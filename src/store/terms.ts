import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { Problem } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import { numberedSlug } from '../contract/slug.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'
import { requireUpdated } from './versioned.ts'

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

export function termsReader(query: Query) {
  const { sql: db } = query

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

    /** Ids by slug, of those that exist. */
    async findBySlugs(kind: TermKind, slugs: readonly string[]): Promise<Map<string, string>> {
      if (slugs.length === 0) return new Map()
      const table = tableOf(query, kind)
      const rows = await db
        .select({ id: table.id, slug: table.slug })
        .from(table)
        .where(inArray(table.slug, [...slugs]))
      return new Map(rows.map(({ slug, id }) => [slug, id]))
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
      await requireUpdated(query, table, previous.id, updated)
    },

    async remove(kind: TermKind, id: string): Promise<void> {
      const table = tableOf(query, kind)
      await query.sql.delete(table).where(eq(table.id, id))
    },
  }
}
