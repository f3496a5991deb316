import { eq, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'

type NewToken = Query['tables']['tokens']['$inferInsert']
export type StoredToken = Query['tables']['tokens']['$inferSelect']

const selectByHash = statement(({ sql: db, tables: t }) =>
  db
    .select()
    .from(t.tokens)
    .where(eq(t.tokens.secretHash, sql.placeholder('secretHash'))),
)

export function tokensReader(query: Query) {
  const { sql: db, tables: t } = query
  return {
    /** The token with this SHA-256 (hexadecimal) of its secret, whatever its state. */
    async findByHash(secretHash: string): Promise<StoredToken | undefined> {
      const [row] = await selectByHash(query, { secretHash })
      return row
    },

    async any(): Promise<boolean> {
      return (await db.select({ id: t.tokens.id }).from(t.tokens).limit(1)).length > 0
    },
  }
}

export function tokensWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...tokensReader(query),
    async insert(token: NewToken): Promise<void> {
      await db.insert(t.tokens).values(token)
    },
  }
}
