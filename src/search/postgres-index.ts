import { type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { type SearchDocument, scheme } from './document.ts'
import type { SearchQuery, Term } from './query.ts'
import { fewestCommon, mostRanked, mostSharing, type SearchIndex, type WordWeights } from './search-index.ts'

/**
 * A `tsvector` made of our own words and their places, with a GIN index. No configuration of PostgreSQL takes part:
 * its parser would split and join words in its own way.
 */

/** For ts_rank: of a word in the body, in nothing of ours, in the lead, in the title. */
const weights = sql.raw("'{0.1, 0.2, 0.4, 1.0}'::float4[]")
const labels = { title: 'A', lead: 'B', body: '' } as const
/** For ts_rank: divided by the logarithm of the length, so that long articles do not win by their length. */
const byLength = sql.raw('1')
/** How many articles, the newest, tell how common a word is. */
const sampleSize = 100

export function postgresIndex(db: Query['sql'], name: string): SearchIndex {
  const table = sql.identifier(name)
  // Drizzle's PostgreSQL has this beside what all queries are typed by.
  const execute = (statement: SQL) =>
    (db as unknown as { execute(statement: SQL): Promise<unknown> }).execute(statement)

  /** The newest articles of those that are found. The inner query is planned by itself, and so begins with the index. */
  const newest = (condition: SQL, limit: number, offset = 0) =>
    sql`select article_id, number from (select article_id, number from ${table} where ${condition} offset 0) found
      order by number desc limit ${limit} offset ${offset}`

  const isBefore = (before: number | undefined) =>
    before === undefined ? sql`` : sql` and number < ${before}`

  const ranked = (search: SearchQuery, found: SQL) => {
    const rank = sql`greatest(1, round(ts_rank(${weights}, t.words, ${queryOf(search)}, ${byLength}) * 1e9))::bigint`
    return sql`(select t.article_id, t.number, ${rank} as rank from (${found}) n join ${table} t on t.number = n.number)`
  }

  return {
    table: sql`${table}`,

    async put(entries) {
      if (entries.length === 0) return
      const rows = entries.map(
        ({ articleId, document }) => sql`(${articleId}, ${scheme}, ${vectorOf(document)}::tsvector)`,
      )
      await execute(
        sql`insert into ${table} (article_id, scheme, words) values ${sql.join(rows, sql`, `)}
          on conflict (article_id) do update set scheme = excluded.scheme, words = excluded.words`,
      )
    },

    async prepare() {
      // The planner does not know that to read a vector is to fetch it from where long values are, and takes a look
      // at all of them for cheap.
      await db.select({ set: sql`set_config('enable_seqscan', 'off', true)` }).from(sql`(select 1) one`)
    },

    found(search, before) {
      return sql`(select article_id, number from ${table} where ${matches(search)}${isBefore(before)})`
    },

    ranked: (search) => ranked(search, newest(matches(search), mostRanked)),

    // What ts_rank looks at is the article's alone.
    rankedAlone: (search, since) =>
      ranked(search, newest(sql`${matches(search)} and number >= ${since}`, 2 * mostRanked)),

    async lastRanked(search) {
      const [row] = await db
        .select({ number: sql<string>`number` })
        .from(sql`(${newest(matches(search), 1, mostRanked - 1)}) n`)
      return row && Number(row.number)
    },

    async isCommon(search, before) {
      const [row] = await db
        .select({ count: sql<string>`count(*)` })
        .from(
          sql`(select 1 from ${table} where ${matches(search)}${isBefore(before)} limit ${fewestCommon}) found`,
        )
      return Number(row?.count ?? 0) >= fewestCommon
    },

    // With the offset it is made no join.
    test: (search, before) => (articleId) =>
      sql`exists (select 1 from ${table} where article_id = ${articleId} and ${matches(search)}${isBefore(before)}
        limit 1 offset 0)`,

    // The planner knows how common a word is and chooses by itself.
    condition: async () => undefined,

    async shares(wanted) {
      const rows = await db
        .select({
          word: sql<string>`w.lexeme`,
          count: sql<string>`count(*)`,
          size: sql<string>`(select count(*) from (select 1 from ${table} limit ${sampleSize}) s)`,
        })
        .from(
          sql`(select words from ${table} order by number desc limit ${sampleSize}) n cross join unnest(n.words) w`,
        )
        .where(sql`w.lexeme = any(${sql.param([...wanted])}::text[])`)
        .groupBy(sql`w.lexeme`)
      const shares = new Map(rows.map(({ word, count, size }) => [word, Number(count) / Number(size)]))
      return new Map(wanted.map((word) => [word, shares.get(word) ?? 0]))
    },

    sharing(weighted: WordWeights) {
      const parts = [...weighted].map(
        ([word, weight]) => sql`select article_id, number, ${weight}::float8 as weight
          from (${newest(sql`words @@ ${quoted(word)}::tsquery`, mostSharing)}) n`,
      )
      return sql`(select article_id, number, sum(weight) as score from (${sql.join(parts, sql` union all `)}) s
        group by article_id, number)`
    },
  }
}

/** `'harbour':1A,9 'bridge':2A`, the places counted over all fields with one left out between them. */
export function vectorOf(document: SearchDocument): string {
  const places = new Map<string, string>()
  let place = 0
  for (const field of ['title', 'lead', 'body'] as const) {
    for (const word of document[field]) {
      place += 1
      if (word === '') continue
      const before = places.get(word)
      places.set(word, `${before === undefined ? '' : `${before},`}${place}${labels[field]}`)
    }
    place += 1
  }
  return [...places].map(([word, list]) => `${quoted(word)}:${list}`).join(' ')
}

function matches(search: SearchQuery): SQL {
  return search.all.length === 0 ? sql`false` : sql`words @@ ${queryOf(search)}`
}

function queryOf({ all, none }: SearchQuery): SQL {
  const wanted = all.map(phraseOf)
  const unwanted = none.map((term) => `!${phraseOf(term)}`)
  return sql`${[...wanted, ...unwanted].join(' & ')}::tsquery`
}

function phraseOf({ words, isPrefix }: Term): string {
  return `(${words.map(quoted).join(' <-> ')}${isPrefix ? ':*' : ''})`
}

/** Words hold neither quotes nor backslashes, but this is not the place to trust in it. */
function quoted(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
