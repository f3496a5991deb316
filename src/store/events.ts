import { and, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { type ChangeType, changeTypesAbout, type SubjectType } from '../contract/change.ts'
import { Problem } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { cutPage, before as isBefore } from '../db/page.ts'
import { type Choice, isAnyOf, isValue } from './choices.ts'

/** An entry of the change log. */
export type StoredChange = Query['tables']['changes']['$inferSelect']

/** Which changes are wanted; what is absent does not matter. */
export interface EventFilter {
  /** Ids of tokens, any of them; null is whoever has no stored token. */
  readonly actor?: readonly (string | null)[] | undefined
  readonly type?: readonly ChangeType[] | undefined
  readonly subjectType?: readonly SubjectType[] | undefined
  /** Ids of what was changed, any of them. */
  readonly subject?: readonly string[] | undefined
  /** Not before this instant. */
  readonly from?: string | undefined
  /** Before this instant. */
  readonly to?: string | undefined
}

export interface EventPage extends EventFilter {
  /** Instant and number of the last entry of the page before. */
  readonly after?: readonly [at: string, seq: string] | undefined
  readonly limit: number
}

/** The change log as a list of who did what, the newest first: by the clock, and by number at one instant. */
export function eventsReader(query: Query) {
  const { sql: db, tables } = query
  const { changes: t } = tables

  return {
    async list({ after, limit, ...filter }: EventPage): Promise<Paged<StoredChange>> {
      const conditions = conditionsOf(query, filter)
      if (!conditions) return { items: [], next: null }
      const every = [...conditions.every, ...(after ? [isBefore([t.at, t.seq], after)] : [])]
      const rows = await db
        .select()
        .from(t)
        .where(chosen(query, { ...conditions, every }, limit + 1))
        .orderBy(desc(t.at), desc(t.seq))
        .limit(limit + 1)
      const { items, last } = cutPage(rows, limit)
      return { items, next: last ? [last.at, String(last.seq)] : null }
    },

    /** How many there are on all pages. */
    async count(filter: EventFilter): Promise<number> {
      const conditions = conditionsOf(query, filter)
      if (!conditions) return 0
      const { every, choices } = conditions
      const [row] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t)
        .where(and(...every, ...choices.map(isAnyOf)))
      return Number(row?.count ?? 0)
    },

    /** Throws `not-found`. */
    async get(seq: number): Promise<StoredChange> {
      const [row] = await db.select().from(t).where(eq(t.seq, seq))
      if (!row) throw new Problem('not-found', 'There is no such event.')
      return row
    },
  }
}

interface Conditions {
  readonly every: readonly SQL[]
  readonly choices: readonly Choice[]
}

/** Undefined when nothing can fulfil them. */
function conditionsOf({ tables: { changes: t } }: Query, filter: EventFilter): Conditions | undefined {
  const choices = [
    { column: t.subjectId, values: filter.subject },
    { column: t.actorTokenId, values: filter.actor },
    { column: t.type, values: typesOf(filter) },
  ].flatMap(({ column, values }) => (values === undefined ? [] : [{ column, values }]))
  if (choices.some(({ values }) => values.length === 0)) return undefined
  const every = [
    ...(filter.from === undefined ? [] : [gte(t.at, filter.from)]),
    ...(filter.to === undefined ? [] : [lt(t.at, filter.to)]),
  ]
  return { every, choices }
}

/** The kind of thing that a change is about follows from its type, so one index answers both. */
function typesOf({ type, subjectType }: EventFilter): readonly ChangeType[] | undefined {
  if (subjectType === undefined) return type
  const about = subjectType.flatMap(changeTypesAbout)
  return type === undefined ? about : about.filter((one) => type.includes(one))
}

/**
 * The condition of a page. An index has the order of the list for one value of what it is over; where there is none
 * but choices of several values, the first of each value are looked up and those few are sorted.
 */
function chosen(query: Query, { every, choices }: Conditions, limit: number): SQL | undefined {
  const { sql: db, tables } = query
  const { changes: t } = tables
  const [wide] = choices
  if (!wide || choices.some(({ values }) => values.length === 1))
    return and(...every, ...choices.map(isAnyOf))
  const others = choices.filter((choice) => choice !== wide).map(isAnyOf)
  const parts = wide.values.map((value, index) => {
    const branch = db
      .select({ seq: t.seq })
      .from(t)
      .where(and(isValue(wide.column, value), ...others, ...every))
      .orderBy(desc(t.at), desc(t.seq))
      .limit(limit)
    return sql`select seq from ${branch} ${sql.identifier(`branch_${index}`)}`
  })
  return inArray(t.seq, sql`(${sql.join(parts, sql` union all `)})`)
}
