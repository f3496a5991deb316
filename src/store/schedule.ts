import { and, asc, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import type { ActorReference, ArticleStatus, ScheduleProblem } from '../contract/article.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'
import { statement } from '../db/statement.ts'

/** Something that is to happen to an article at an instant. */
export interface ScheduledAction {
  readonly at: string
  readonly action: 'publish' | 'unpublish'
  readonly article: {
    readonly id: string
    readonly title: string
    readonly slug: string
    readonly status: ArticleStatus
  }
  readonly scheduledBy: ActorReference | null
  /** Why it was not done when its instant came; null while it waits. */
  readonly problem: ScheduleProblem | null
}

/** Something that is due. */
export interface Due {
  readonly what: 'article' | 'ad-placement'
  readonly id: string
  readonly at: string
}

export interface ScheduleFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly action?: ScheduledAction['action'] | undefined
}

interface ScheduleListing extends ScheduleFilter {
  readonly after?: readonly [at: string, id: string] | undefined
  readonly limit: number
}

/** Both kinds of instants: the first that is not over yet, whatever is blocked aside. */
const selectNext = statement(({ sql: db, tables: t }) =>
  db
    .select({ at: t.articles.scheduledAt })
    .from(t.articles)
    .where(
      and(
        isNotNull(t.articles.scheduledAt),
        isNull(t.articles.scheduleProblem),
        isNull(t.articles.trashedAt),
      ),
    )
    .orderBy(asc(t.articles.scheduledAt))
    .limit(1),
)
const selectNextEnd = statement(({ sql: db, tables: t }) =>
  db
    .select({ at: t.articles.unpublishAt })
    .from(t.articles)
    .where(and(isNotNull(t.articles.unpublishAt), sql`${t.articles.status} = 'published'`))
    .orderBy(asc(t.articles.unpublishAt))
    .limit(1),
)
const selectNextEdge = statement(({ sql: db, tables: { adPlacements: t } }) =>
  db
    .select({ at: t.nextEdgeAt })
    .from(t)
    .where(isNotNull(t.nextEdgeAt))
    .orderBy(asc(t.nextEdgeAt), asc(t.id))
    .limit(1),
)
const selectDueEdges = statement(({ sql: db, tables: { adPlacements: t } }) =>
  db
    .select({ id: t.id, at: t.nextEdgeAt })
    .from(t)
    .where(and(isNotNull(t.nextEdgeAt), lte(t.nextEdgeAt, sql.placeholder('now'))))
    .orderBy(asc(t.nextEdgeAt), asc(t.id))
    .limit(sql.placeholder('limit')),
)
const selectDue = statement(({ sql: db, tables: t }) =>
  db
    .select({ id: t.articles.id, at: t.articles.scheduledAt })
    .from(t.articles)
    .where(
      and(
        lte(t.articles.scheduledAt, sql.placeholder('now')),
        isNull(t.articles.scheduleProblem),
        isNull(t.articles.trashedAt),
      ),
    )
    .orderBy(asc(t.articles.scheduledAt), asc(t.articles.id))
    .limit(sql.placeholder('limit')),
)
const selectDueEnds = statement(({ sql: db, tables: t }) =>
  db
    .select({ id: t.articles.id, at: t.articles.unpublishAt })
    .from(t.articles)
    .where(and(lte(t.articles.unpublishAt, sql.placeholder('now')), sql`${t.articles.status} = 'published'`))
    .orderBy(asc(t.articles.unpublishAt), asc(t.articles.id))
    .limit(sql.placeholder('limit')),
)

/** The kinds of actions that a list has. */
function kindsOf({ action }: ScheduleFilter): readonly ScheduledAction['action'][] {
  return action === undefined ? ['publish', 'unpublish'] : [action]
}

export function scheduleReader(query: Query) {
  const { sql: db, tables: t } = query

  const columns = {
    id: t.articles.id,
    title: t.articles.title,
    slug: t.articles.slug,
    status: t.articles.status,
    scheduledBy: t.articles.scheduledBy,
    problem: t.articles.scheduleProblem,
  }

  const columnOf = (action: ScheduledAction['action']) =>
    action === 'publish' ? t.articles.scheduledAt : t.articles.unpublishAt

  /** What makes an article one for which this will happen. */
  function matching(action: ScheduledAction['action'], { from, to }: ScheduleFilter): SQL | undefined {
    const column = columnOf(action)
    return and(
      isNotNull(column),
      isNull(t.articles.trashedAt),
      from === undefined ? undefined : sql`${column} >= ${from}`,
      to === undefined ? undefined : sql`${column} < ${to}`,
    )
  }

  async function listKind(
    action: ScheduledAction['action'],
    { after: key, limit, ...filter }: ScheduleListing,
  ): Promise<ScheduledAction[]> {
    const column = columnOf(action)
    const rows = await db
      .select({ ...columns, at: column })
      .from(t.articles)
      .where(and(matching(action, filter), key && after([column, t.articles.id], key)))
      .orderBy(asc(column), asc(t.articles.id))
      .limit(limit + 1)
    return rows.map(({ at, scheduledBy, problem, ...article }) => ({
      at: at ?? '',
      action,
      article,
      scheduledBy,
      problem: action === 'publish' ? problem : null,
    }))
  }

  return {
    /** When the next planned thing falls due; null when nothing is planned. It may be over already. */
    async nextDue(): Promise<string | null> {
      const found = await Promise.all([selectNext(query), selectNextEnd(query), selectNextEdge(query)])
      const instants = found.flatMap(([row]) => row?.at ?? [])
      return instants.sort()[0] ?? null
    },

    /** The articles and the placements of ads for which something is due, the longest waiting first, and when it was. */
    async due(now: string, limit: number): Promise<Due[]> {
      const [starts, ends, edges] = await Promise.all([
        selectDue(query, { now, limit }),
        selectDueEnds(query, { now, limit }),
        selectDueEdges(query, { now, limit }),
      ])
      const rows = [
        ...[...starts, ...ends].map((row) => ({ ...row, what: 'article' as const })),
        ...edges.map((row) => ({ ...row, what: 'ad-placement' as const })),
      ].flatMap(({ at, ...row }) => (at === null ? [] : [{ ...row, at }]))
      return rows.sort((one, other) => (one.at < other.at ? -1 : 1)).slice(0, limit)
    },

    /** What will happen when, the next first; what could not be done stays in the list. */
    async list(listing: ScheduleListing): Promise<Paged<ScheduledAction>> {
      const found = await Promise.all(kindsOf(listing).map((kind) => listKind(kind, listing)))
      // An article's publication and withdrawal never fall on one instant, so these two tell all items apart.
      const keyOf = (item: ScheduledAction): [string, string] => [item.at, item.article.id]
      const sorted = found.flat().sort((one, other) => (keyOf(one).join() < keyOf(other).join() ? -1 : 1))
      const { items, last } = cutPage(sorted, listing.limit)
      return { items, next: last ? keyOf(last) : null }
    },

    /** How many things will happen, those that could not be done included. */
    async count(filter: ScheduleFilter): Promise<number> {
      const counts = await Promise.all(
        kindsOf(filter).map((kind) =>
          db.select({ count: sql<number>`count(*)` }).from(t.articles).where(matching(kind, filter)),
        ),
      )
      return counts.flat().reduce((sum, row) => sum + Number(row.count), 0)
    },

    /** How many things were due before that instant and are not done. */
    async countOverdue(before: string): Promise<number> {
      const [row] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t.articles)
        .where(
          or(
            and(
              lte(t.articles.scheduledAt, before),
              isNull(t.articles.scheduleProblem),
              isNull(t.articles.trashedAt),
            ),
            and(lte(t.articles.unpublishAt, before), sql`${t.articles.status} = 'published'`),
          ),
        )
      const [edges] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t.adPlacements)
        .where(and(isNotNull(t.adPlacements.nextEdgeAt), lte(t.adPlacements.nextEdgeAt, before)))
      return Number(row?.count ?? 0) + Number(edges?.count ?? 0)
    },
  }
}
