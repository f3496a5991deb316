import { eq } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { type AdResourcePage, listSlotsByKey, resourceReader, resourceWriter } from './ad-resources.ts'
import { allSlots, touchScopes } from './ad-revisions.ts'

/** A slot as it is kept. */
export type StoredAdSlot = Query['tables']['adSlots']['$inferSelect']

export function adSlotsReader(query: Query) {
  const { adSlots: t } = query.tables
  const { find, get, count } = resourceReader(query, t, 'ad slot')
  return {
    find,
    get,
    /** By key. */
    list: (page: AdResourcePage) => listSlotsByKey(query, page),
    count: () => count(undefined),

    async findByKey(key: string): Promise<StoredAdSlot | undefined> {
      const [row] = await query.sql.select().from(t).where(eq(t.key, key))
      return row
    },
  }
}

export function adSlotsWriter(query: Query) {
  return {
    ...adSlotsReader(query),
    ...resourceWriter(query, query.tables.adSlots, () => touchScopes(query, [allSlots])),
  }
}
