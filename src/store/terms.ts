import { inArray } from 'drizzle-orm'
import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'

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
  return {
    /** Those of the ids that exist. */
    async existing(kind: TermKind, ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      const table = tableOf(query, kind)
      const rows = await query.sql
        .select({ id: table.id })
        .from(table)
        .where(inArray(table.id, [...ids]))
      return new Set(rows.map((row) => row.id))
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
  }
}
