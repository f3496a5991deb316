import { and, asc, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { tested } from '../db/page.ts'
import { statement } from '../db/statement.ts'

/** Something that is due. */
export interface Due {
  readonly what: 'article' | 'ad-placement'
  readonly id: string
  readonly at: string
}

/** Nearly all articles are: by that they are tested, and not found. */
const isPublished = ({ articles }: Query['tables']) => tested(sql`${articles.status} = 'published'`)

/** Blocked and trashed articles wait for somebody to look at them, whenever they are due. */
const mayStart = ({ articles }: Query['tables']) =>
  and(isNull(articles.scheduleProblem), isNull(articles.trashedAt))

/** Both kinds of instants: the first that is not over yet, whatever is blocked aside. */
const selectNext = statement(({ sql: db, tables: t }) =>
  db
    .select({ at: t.articles.scheduledAt })
    .from(t.articles)
    .where(and(isNotNull(t.articles.scheduledAt), mayStart(t)))
    .orderBy(asc(t.articles.scheduledAt))
    .limit(1),
)
const selectNextEnd = statement(({ sql: db, tables: t }) =>
  db
    .select({ at: t.articles.unpublishAt })
    .from(t.articles)
    .where(and(isNotNull(t.articles.unpublishAt), isPublished(t)))
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
    .where(and(lte(t.articles.scheduledAt, sql.placeholder('now')), mayStart(t)))
    .orderBy(asc(t.articles.scheduledAt), asc(t.articles.id))
    .limit(sql.placeholder('limit')),
)
const selectDueEnds = statement(({ sql: db, tables: t }) =>
  db
    .select({ id: t.articles.id, at: t.articles.unpublishAt })
    .from(t.articles)
    .where(and(lte(t.articles.unpublishAt, sql.placeholder('now')), isPublished(t)))
    .orderBy(asc(t.articles.unpublishAt), asc(t.articles.id))
    .limit(sql.placeholder('limit')),
)

export function scheduleReader(query: Query) {
  const { sql: db, tables: t } = query

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

    /** How many things were due before that instant and are not done. */
    async countOverdue(before: string): Promise<number> {
      const [starts] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t.articles)
        .where(and(lte(t.articles.scheduledAt, before), mayStart(t)))
      const [ends] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t.articles)
        .where(and(lte(t.articles.unpublishAt, before), isPublished(t)))
      const [edges] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t.adPlacements)
        .where(and(isNotNull(t.adPlacements.nextEdgeAt), lte(t.adPlacements.nextEdgeAt, before)))
      return [starts, ends, edges].reduce((sum, row) => sum + Number(row?.count ?? 0), 0)
    },
  }
}
