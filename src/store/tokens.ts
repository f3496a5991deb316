import { and, desc, eq, gt, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { Problem, versionMismatch } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import type { TokenStatus } from '../contract/token.ts'
import type { Query } from '../db/engine.ts'
import { cutPage } from '../db/page.ts'
import { statement } from '../db/statement.ts'

type NewToken = Query['tables']['tokens']['$inferInsert']
export type StoredToken = Query['tables']['tokens']['$inferSelect']

interface TokenFilter {
  /** Those in any of these states at `now`; all when absent. */
  readonly status?: readonly TokenStatus[] | undefined
  readonly now: string
}

interface TokenList extends TokenFilter {
  readonly after: readonly [id: string, id: string] | undefined
  readonly limit: number
}

const selectByHash = statement(({ sql: db, tables: t }) => {
  const secretHash = sql.placeholder('secretHash')
  return db
    .select()
    .from(t.tokens)
    .where(or(eq(t.tokens.secretHash, secretHash), eq(t.tokens.previousSecretHash, secretHash)))
})

export function tokensReader(query: Query) {
  const { sql: db, tables: t } = query
  const inState = (status: TokenStatus, now: string): SQL | undefined => {
    if (status === 'revoked') return isNotNull(t.tokens.revokedAt)
    const isLate = lte(t.tokens.expiresAt, now)
    return and(
      isNull(t.tokens.revokedAt),
      status === 'expired' ? isLate : or(isNull(t.tokens.expiresAt), gt(t.tokens.expiresAt, now)),
    )
  }

  const matching = ({ status, now }: TokenFilter): SQL | undefined =>
    status && or(...status.map((one) => inState(one, now)))

  async function find(id: string): Promise<StoredToken | undefined> {
    const [row] = await db.select().from(t.tokens).where(eq(t.tokens.id, id))
    return row
  }

  return {
    find,

    /** Throws `not-found`. */
    async get(id: string): Promise<StoredToken> {
      const token = await find(id)
      if (!token) throw new Problem('not-found', 'There is no such token.')
      return token
    },

    /** The token that has or had a secret with this SHA-256 (hexadecimal), whatever its state. */
    async findByHash(secretHash: string): Promise<StoredToken | undefined> {
      const [row] = await selectByHash(query, { secretHash })
      return row
    },

    /** The newest first: ids are in the order in which they were made. */
    async list({ after, limit, ...filter }: TokenList): Promise<Paged<StoredToken>> {
      const rows = await db
        .select()
        .from(t.tokens)
        .where(and(matching(filter), after && lt(t.tokens.id, after[1])))
        .orderBy(desc(t.tokens.id))
        .limit(limit + 1)
      const { items, last } = cutPage(rows, limit)
      return { items, next: last ? [last.id, last.id] : null }
    },

    async count(filter: TokenFilter): Promise<number> {
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(t.tokens).where(matching(filter))
      return Number(row?.count ?? 0)
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

    /** Replaces all but its last use of a token that is still at `previous.version`. Throws `version-mismatch`. */
    async update(previous: StoredToken, token: StoredToken): Promise<void> {
      const { id, lastUsedAt: _lastUsedAt, createdAt: _createdAt, ...changed } = token
      const updated = await db
        .update(t.tokens)
        .set(changed)
        .where(and(eq(t.tokens.id, id), eq(t.tokens.version, previous.version)))
        .returning({ id: t.tokens.id })
      if (updated.length > 0) return
      throw versionMismatch((await tokensReader(query).find(id))?.version)
    },

    /** Notes a use at `at`, unless one after `since` is known already. The version stays. */
    async markUsed(id: string, { at, since }: { at: string; since: string }): Promise<void> {
      await db
        .update(t.tokens)
        .set({ lastUsedAt: at })
        .where(and(eq(t.tokens.id, id), or(isNull(t.tokens.lastUsedAt), lte(t.tokens.lastUsedAt, since))))
    },
  }
}
