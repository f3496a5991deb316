import { and, eq, inArray } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { findSlots } from './ad-placements.ts'
import { allSlots, forgetScope, touchScopes, touchScopesOf } from './ad-revisions.ts'
import type { StoredPlacement } from './placements.ts'

type NewSlot = Query['tables']['adSlots']['$inferInsert']
type NewCreative = Query['tables']['creatives']['$inferInsert']

/** What the import of pages needs of ads. */
export function adsReader(query: Query) {
  const { sql: db, tables: t } = query
  return {
    listSlots: () => findSlots(query),

    /** A creative that is nothing but a text, by that text. */
    async findTextCreative(title: string): Promise<{ id: string } | undefined> {
      const [row] = await db
        .select({ id: t.creatives.id })
        .from(t.creatives)
        .where(and(eq(t.creatives.title, title), eq(t.creatives.format, 'text')))
        .orderBy(t.creatives.id)
        .limit(1)
      return row
    },

    /** Those of the placements that still exist. */
    async listPlacements(ids: readonly string[]) {
      if (ids.length === 0) return []
      return db
        .select()
        .from(t.adPlacements)
        .where(inArray(t.adPlacements.id, [...ids]))
        .orderBy(t.adPlacements.id)
    },
  }
}

export function adsWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...adsReader(query),
    async insertSlot(slot: NewSlot): Promise<void> {
      await db.insert(t.adSlots).values(slot)
      await touchScopes(query, [allSlots])
    },
    async insertCreative(creative: NewCreative): Promise<void> {
      await db.insert(t.creatives).values(creative)
    },
    async insertPlacement(placement: StoredPlacement): Promise<void> {
      await db.insert(t.adPlacements).values(placement)
      await touchScopes(query, [placement])
    },
    async deletePlacement(id: string): Promise<void> {
      await touchScopesOf(query, eq(t.adPlacements.id, id))
      await db.delete(t.adPlacements).where(eq(t.adPlacements.id, id))
    },

    /** Deletes the placements that are for one article alone, which will never be again; answers what they were. */
    async removePlacementsOf(articleId: string): Promise<StoredPlacement[]> {
      await forgetScope(query, { scopeType: 'article', scopeId: articleId })
      return db
        .delete(t.adPlacements)
        .where(and(eq(t.adPlacements.scopeType, 'article'), eq(t.adPlacements.scopeId, articleId)))
        .returning()
    },
  }
}
