import { sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import type { IndexInspection } from './inspection.ts'
import { vectorOf } from './postgres-index.ts'

/** Compares vectors in the database itself, which knows when two are equal. */
export async function inspectPostgresIndex(db: Query['sql'], name: string): Promise<IndexInspection> {
  const table = sql.identifier(name)
  return {
    async differing(documents) {
      if (documents.size === 0) return []
      const wanted = [...documents].map(
        ([id, document]) => sql`(${id}::text collate "C", ${vectorOf(document)}::tsvector)`,
      )
      const rows = await db
        .select({ id: sql<string>`w.id` })
        .from(
          sql`(values ${sql.join(wanted, sql`, `)}) w (id, words) left join ${table} t on t.article_id = w.id`,
        )
        .where(sql`t.words is distinct from w.words`)
      return rows.map(({ id }) => id)
    },
    countStrays: async () => 0,
  }
}
