import { and, asc, type Column, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import type { AdStatus } from '../contract/ad.ts'
import type { ActorReference, ArticleStatus, ScheduleProblem } from '../contract/article.ts'
import type { Paged } from '../contract/list.ts'
import type { ScheduleAction } from '../contract/schedule.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'

/** What will happen when, for people to look at: what is planned for articles, and the dates of ads. */

/** Something that is to happen to an article or to a placement of an ad at an instant. */
export interface ScheduledAction {
  readonly at: string
  readonly action: ScheduleAction
  /** Null where it is about an ad. */
  readonly article: {
    readonly id: string
    readonly title: string
    readonly slug: string
    readonly status: ArticleStatus
  } | null
  /** Null where it is about an article. */
  readonly placement: {
    readonly id: string
    readonly slot: { readonly id: string; readonly key: string }
    readonly creative: { readonly id: string; readonly title: string }
    readonly status: AdStatus
  } | null
  readonly scheduledBy: ActorReference | null
  /** Why it was not done when its instant came; null while it waits. */
  readonly problem: ScheduleProblem | null
}

export interface CalendarFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly actions: readonly ScheduleAction[]
}

interface CalendarPage {
  readonly after?: readonly [at: string, id: string] | undefined
  readonly limit: number
}

export function calendarReader(query: Query) {
  const { sql: db, tables } = query
  const { articles, adPlacements: placements, adSlots: slots, creatives } = tables

  /** The instants of an action, and what makes a row one for which it will happen. */
  function kindOf(action: ScheduleAction) {
    const isPlanned = isNull(articles.trashedAt)
    const isPending = isNotNull(placements.nextEdgeAt)
    return {
      publish: { column: articles.scheduledAt, condition: isPlanned },
      unpublish: { column: articles.unpublishAt, condition: isPlanned },
      // A beginning that was told already is before the next edge, by which there is an index.
      open: { column: placements.nextEdgeAt, condition: eq(placements.startsAt, placements.nextEdgeAt) },
      close: { column: placements.endsAt, condition: isPending },
    }[action]
  }

  function matching(action: ScheduleAction, { from, to }: CalendarFilter): SQL | undefined {
    const { column, condition } = kindOf(action)
    return and(
      isNotNull(column),
      condition,
      from === undefined ? undefined : sql`${column} >= ${from}`,
      to === undefined ? undefined : sql`${column} < ${to}`,
    )
  }

  /** One page of the rows of an action, and one row more, in the order of their instants. */
  function pageOf(action: ScheduleAction, id: Column, filter: CalendarFilter, page: CalendarPage) {
    const { column } = kindOf(action)
    return {
      where: and(matching(action, filter), page.after && after([column, id], page.after)),
      order: [asc(column), asc(id)],
      limit: page.limit + 1,
    }
  }

  async function listOfArticles(
    action: 'publish' | 'unpublish',
    filter: CalendarFilter,
    page: CalendarPage,
  ): Promise<ScheduledAction[]> {
    const { column } = kindOf(action)
    const { where, order, limit } = pageOf(action, articles.id, filter, page)
    const rows = await db
      .select({
        at: column,
        id: articles.id,
        title: articles.title,
        slug: articles.slug,
        status: articles.status,
        scheduledBy: articles.scheduledBy,
        problem: articles.scheduleProblem,
      })
      .from(articles)
      .where(where)
      .orderBy(...order)
      .limit(limit)
    return rows.map(({ at, scheduledBy, problem, ...article }) => ({
      ...{ at: at ?? '', action, article, placement: null, scheduledBy },
      problem: action === 'publish' ? problem : null,
    }))
  }

  async function listOfPlacements(
    action: 'open' | 'close',
    filter: CalendarFilter,
    page: CalendarPage,
  ): Promise<ScheduledAction[]> {
    const { column } = kindOf(action)
    const { where, order, limit } = pageOf(action, placements.id, filter, page)
    const rows = await db
      .select({
        at: column,
        id: placements.id,
        slot: { id: slots.id, key: slots.key },
        creative: { id: creatives.id, title: creatives.title },
        status: placements.status,
      })
      .from(placements)
      .innerJoin(slots, eq(slots.id, placements.slotId))
      .innerJoin(creatives, eq(creatives.id, placements.creativeId))
      .where(where)
      .orderBy(...order)
      .limit(limit)
    return rows.map(({ at, ...placement }) => ({
      ...{ at: at ?? '', action, article: null, placement },
      ...{ scheduledBy: null, problem: null },
    }))
  }

  return {
    /** What will happen when, the next first; what could not be done stays in the list. */
    async list(filter: CalendarFilter, page: CalendarPage): Promise<Paged<ScheduledAction>> {
      const found = await Promise.all(
        filter.actions.map((action) =>
          action === 'open' || action === 'close'
            ? listOfPlacements(action, filter, page)
            : listOfArticles(action, filter, page),
        ),
      )
      // Nothing begins and ends at one instant, so these two tell all items apart.
      const keyOf = ({ at, article, placement }: ScheduledAction): [string, string] => [
        at,
        (article ?? placement)?.id ?? '',
      ]
      const sorted = found.flat().sort((one, other) => (keyOf(one).join() < keyOf(other).join() ? -1 : 1))
      const { items, last } = cutPage(sorted, page.limit)
      return { items, next: last ? keyOf(last) : null }
    },

    /** How many things will happen, those that could not be done included. */
    async count(filter: CalendarFilter): Promise<number> {
      const counts = await Promise.all(
        filter.actions.map((action) =>
          db
            .select({ count: sql<number>`count(*)` })
            .from(action === 'open' || action === 'close' ? placements : articles)
            .where(matching(action, filter)),
        ),
      )
      return counts.flat().reduce((sum, row) => sum + Number(row.count), 0)
    },
  }
}
