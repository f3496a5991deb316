import { randomUUID } from 'node:crypto'
import { and, eq, type SQL } from 'drizzle-orm'
import type { AdScopeType } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'

/** Every write of what pages choose their ads from gives its scopes another revision: see `ad_revisions`. */

export interface Scope {
  readonly scopeType: AdScopeType | 'slots'
  readonly scopeId: string
}

export const allSlots: Scope = { scopeType: 'slots', scopeId: '' }

/** So many rows go into one statement. */
const mostRows = 500

/** Says that the placements of these scopes are others than before. */
export async function touchScopes(query: Query, scopes: readonly Scope[]): Promise<void> {
  const { adRevisions: t } = query.tables
  const revision = randomUUID()
  const distinct = new Map(
    scopes.map(({ scopeType, scopeId }) => [`${scopeType} ${scopeId}`, { scopeType, scopeId }]),
  )
  const rows = [...distinct.values()].map((scope) => ({ ...scope, revision }))
  for (let start = 0; start < rows.length; start += mostRows)
    await query.sql
      .insert(t)
      .values(rows.slice(start, start + mostRows))
      .onConflictDoUpdate({ target: [t.scopeType, t.scopeId], set: { revision } })
}

/** The same of all scopes of some placements. */
export async function touchScopesOf(query: Query, placements: SQL | undefined): Promise<void> {
  const { adPlacements: t } = query.tables
  const rows = await query.sql
    .selectDistinct({ scopeType: t.scopeType, scopeId: t.scopeId })
    .from(t)
    .where(placements)
  await touchScopes(query, rows)
}

/** Forgets a scope that will never be again. */
export async function forgetScope(query: Query, { scopeType, scopeId }: Scope): Promise<void> {
  const { adRevisions: t } = query.tables
  await query.sql.delete(t).where(and(eq(t.scopeType, scopeType), eq(t.scopeId, scopeId)))
}
