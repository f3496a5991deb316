import { and, asc, desc, eq, gte, inArray, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { AdEventType } from '../contract/ad-event.ts'
import type { StatsKey } from '../contract/ad-stats.ts'
import type { Query } from '../db/engine.ts'

/** An event that may be counted, if it was not before. */
export interface NewAdEvent {
  /** The same for the same event of the same reader; tells nothing of either. */
  readonly key: string
  readonly type: AdEventType
  readonly placementId: string
  /** Null on a page that is no article. */
  readonly articleId: string | null
  readonly at: string
  /** Until then the same one is a repetition. */
  readonly repeatsUntil: string
}

export interface AddedEvents {
  readonly counted: readonly NewAdEvent[]
  /** Counted before, by whomever. */
  readonly repeated: readonly NewAdEvent[]
  /** Of placements that are deleted. */
  readonly gone: readonly NewAdEvent[]
  /** How often those of these placements were shown in all that have a goal, by their ids. */
  readonly soldTotals: ReadonlyMap<string, number>
}

interface Counts {
  readonly impressions: number
  readonly viewable: number
  readonly clicks: number
}

/** What was counted for one choice of keys; those that were not asked for are undefined. */
export interface AdCountRow extends Counts {
  readonly day: string | undefined
  readonly placementId: string | undefined
  readonly creativeTitle: string | null | undefined
  readonly slotId: string | undefined
  readonly slotKey: string | null | undefined
  readonly articleId: string | null | undefined
  readonly articleTitle: string | null | undefined
}

export interface AdCountFilter {
  /** Days such as `2024-01-09`, both included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly placement?: readonly string[] | undefined
  readonly slot?: readonly string[] | undefined
  readonly article?: readonly string[] | undefined
}

const columnOf = { impression: 'impressions', viewable: 'viewable', click: 'clicks' } as const

/** So many rows go into one statement. */
const mostRows = 500

export function adCountsReader(query: Query) {
  const { sql: db, tables } = query
  const { adCounts: t, adEventsSeen, adPlacements, adSlots, adTotals, creatives, publishedArticles } = tables

  return {
    /** The sums for each of the keys: days in their order, then the most shown first. Of many rows, `limit`. */
    async list(
      filter: AdCountFilter,
      { by, limit }: { readonly by: readonly StatsKey[]; readonly limit: number },
    ): Promise<AdCountRow[]> {
      const keys: Record<StatsKey, readonly (SQL | (typeof t)['day'])[]> = {
        day: [t.day],
        placement: [t.placementId, sql`${creatives.title}`],
        slot: [t.slotId, sql`${adSlots.key}`],
        article: [t.articleId, sql`${publishedArticles.title}`],
      }
      const has = (key: StatsKey) => by.includes(key)
      const shown = <T>(key: StatsKey, column: T) => (has(key) ? column : sql<null>`null`)
      const rows = await db
        .select({
          day: shown('day', t.day),
          placementId: shown('placement', t.placementId),
          creativeTitle: shown('placement', creatives.title),
          slotId: shown('slot', t.slotId),
          slotKey: shown('slot', adSlots.key),
          articleId: shown('article', t.articleId),
          articleTitle: shown('article', publishedArticles.title),
          impressions: sql<number | string>`sum(${t.impressions})`,
          viewable: sql<number | string>`sum(${t.viewable})`,
          clicks: sql<number | string>`sum(${t.clicks})`,
        })
        .from(t)
        .leftJoin(adPlacements, eq(adPlacements.id, t.placementId))
        .leftJoin(creatives, eq(creatives.id, adPlacements.creativeId))
        .leftJoin(adSlots, eq(adSlots.id, t.slotId))
        .leftJoin(publishedArticles, eq(publishedArticles.id, t.articleId))
        .where(matching(filter))
        .groupBy(...by.flatMap((key) => keys[key]))
        .orderBy(
          ...(has('day') ? [asc(t.day)] : []),
          desc(sql`sum(${t.impressions})`),
          ...by.filter((key) => key !== 'day').map((key) => asc(keys[key][0] ?? t.day)),
        )
        .limit(limit)
      return rows.map((row) => ({
        day: has('day') ? (row.day ?? '') : undefined,
        placementId: has('placement') ? (row.placementId ?? '') : undefined,
        creativeTitle: has('placement') ? row.creativeTitle : undefined,
        slotId: has('slot') ? (row.slotId ?? '') : undefined,
        slotKey: has('slot') ? row.slotKey : undefined,
        articleId: has('article') ? row.articleId || null : undefined,
        articleTitle: has('article') ? row.articleTitle : undefined,
        impressions: Number(row.impressions),
        viewable: Number(row.viewable),
        clicks: Number(row.clicks),
      }))
    },

    /** How often a placement was shown on all days together. */
    async impressionsOf(placementId: string): Promise<number> {
      const [row] = await db.select().from(adTotals).where(eq(adTotals.placementId, placementId))
      return row?.impressions ?? 0
    },

    /** Whether there is something that `forget` would delete. */
    async hasForgettable(before: string): Promise<boolean> {
      const rows = await db
        .select({ key: adEventsSeen.key })
        .from(adEventsSeen)
        .where(lt(adEventsSeen.repeatsUntil, before))
        .limit(1)
      return rows.length > 0
    },
  }

  function matching({ from, to, placement, slot, article }: AdCountFilter): SQL | undefined {
    return and(
      from === undefined ? undefined : gte(t.day, from),
      to === undefined ? undefined : lte(t.day, to),
      placement && inArray(t.placementId, [...placement]),
      slot && inArray(t.slotId, [...slot]),
      article && inArray(t.articleId, [...article]),
    )
  }
}

export function adCountsWriter(query: Query) {
  const { sql: db, tables } = query
  const { adCounts: t, adEventsSeen: seen, adPlacements, adTotals: totals } = tables

  return {
    ...adCountsReader(query),

    /**
     * Counts what was not counted before; the keys of `events` differ. Whoever does not know whether it was written
     * may call it again with the same: nothing is counted twice.
     */
    async add(events: readonly NewAdEvent[]): Promise<AddedEvents> {
      const placements = await findPlacements(new Set(events.map(({ placementId }) => placementId)))
      const known = events.filter(({ placementId }) => placements.has(placementId))
      const fresh = await remember(known)
      const counted = known.filter(({ key }) => fresh.has(key))
      await addUp(counted, placements)
      const shownInAll = await addToTotals(counted)
      return {
        counted,
        repeated: known.filter(({ key }) => !fresh.has(key)),
        gone: events.filter(({ placementId }) => !placements.has(placementId)),
        soldTotals: new Map([...shownInAll].filter(([id]) => placements.get(id)?.isSold)),
      }
    },

    /** Deletes about `limit` of what need not be recognised any more since before `before`; says how many. */
    async forget(before: string, limit: number): Promise<number> {
      const isOver = lt(seen.repeatsUntil, before)
      const oldest = await db
        .select({ key: seen.key })
        .from(seen)
        .where(isOver)
        .orderBy(seen.repeatsUntil)
        .limit(limit)
      if (oldest.length === 0) return 0
      const keys = oldest.map(({ key }) => key)
      const removed = await db
        .delete(seen)
        .where(and(isOver, inArray(seen.key, keys)))
        .returning({ key: seen.key })
      return removed.length
    },
  }

  async function findPlacements(ids: ReadonlySet<string>): Promise<Map<string, CountedPlacement>> {
    const rows = await db
      .select({ id: adPlacements.id, slotId: adPlacements.slotId, goal: adPlacements.goal })
      .from(adPlacements)
      .where(inArray(adPlacements.id, [...ids]))
    return new Map(rows.map(({ id, slotId, goal }) => [id, { slotId, isSold: goal !== null }]))
  }

  /** Writes down that these were seen. Answers the keys of those that were not, or too long ago. */
  async function remember(events: readonly NewAdEvent[]): Promise<Set<string>> {
    const fresh = new Set<string>()
    for (const some of chunksOf(events)) {
      const written = await db
        .insert(seen)
        .values(some.map(({ key, at, repeatsUntil }) => ({ key, seenAt: at, repeatsUntil })))
        .onConflictDoUpdate({
          target: seen.key,
          set: { seenAt: sql`excluded.seen_at`, repeatsUntil: sql`excluded.repeats_until` },
          setWhere: sql`${seen.repeatsUntil} <= excluded.seen_at`,
        })
        .returning({ key: seen.key })
      for (const { key } of written) fresh.add(key)
    }
    return fresh
  }

  async function addUp(
    events: readonly NewAdEvent[],
    placements: ReadonlyMap<string, CountedPlacement>,
  ): Promise<void> {
    const rows = new Map<string, (typeof t)['$inferInsert']>()
    for (const { type, placementId, articleId, at } of events) {
      const day = at.slice(0, 10)
      const name = `${day} ${placementId} ${articleId}`
      const row = rows.get(name) ?? {
        ...{
          day,
          placementId,
          slotId: placements.get(placementId)?.slotId ?? '',
          articleId: articleId ?? '',
        },
        ...{ impressions: 0, viewable: 0, clicks: 0 },
      }
      const column = columnOf[type]
      rows.set(name, { ...row, [column]: row[column] + 1 })
    }
    for (const some of chunksOf([...rows.values()]))
      await db
        .insert(t)
        .values(some)
        .onConflictDoUpdate({
          target: [t.day, t.placementId, t.slotId, t.articleId],
          set: {
            impressions: sql`${t.impressions} + excluded.impressions`,
            viewable: sql`${t.viewable} + excluded.viewable`,
            clicks: sql`${t.clicks} + excluded.clicks`,
          },
        })
  }

  /** Adds the impressions to those of all days. Answers the new totals of their placements. */
  async function addToTotals(events: readonly NewAdEvent[]): Promise<Map<string, number>> {
    const shown = Map.groupBy(
      events.filter(({ type }) => type === 'impression'),
      ({ placementId }) => placementId,
    )
    const rows = [...shown].map(([placementId, { length }]) => ({ placementId, impressions: length }))
    const found = new Map<string, number>()
    for (const some of chunksOf(rows)) {
      const written = await db
        .insert(totals)
        .values(some)
        .onConflictDoUpdate({
          target: totals.placementId,
          set: { impressions: sql`${totals.impressions} + excluded.impressions` },
        })
        .returning()
      for (const { placementId, impressions } of written) found.set(placementId, impressions)
    }
    return found
  }
}

interface CountedPlacement {
  readonly slotId: string
  /** That it has a goal. */
  readonly isSold: boolean
}

function* chunksOf<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += mostRows) yield items.slice(start, start + mostRows)
}
