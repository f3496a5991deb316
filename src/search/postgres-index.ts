import { type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { type SearchDocument, scheme } from './document.ts'
import type { SearchQuery, Term } from './query.ts'
import { mostRanked, type SearchIndex, type WordWeights } from './search-index.ts'

/**
 * A `tsvector` made of our own words and their places, with a GIN index. No configuration of PostgreSQL takes part:
 * its parser would split and join words in its own way.
 */

/** For ts_rank: of a word in the body, in nothing of ours, in the lead, in the title. */
const weights = sql.raw("'{0.1, 0.2, 0.4, 1.0}'::float4[]")
const labels = { title: 'A', lead: 'B', body: '' } as const
/** For ts_rank: divided by the logarithm of the length, so that long articles do not win by their length. */
const byLength = sql.raw('1')
/** Of the articles that share a word, the newest that are looked at. */
const mostSharing = 1_000
/** How many articles, the newest, tell how common a word is. */
const sampleSize = 100

export function postgresIndex(db: Query['sql'], name: string): SearchIndex {
  const table = sql.identifier(name)
  // Drizzle's PostgreSQL has this beside what all queries are typed by.
  const execute = (statement: SQL) =>
    (db as unknown as { execute(statement: SQL): Promise<unknown> }).execute(statement)

  return {
    table: sql`${table}`,

    async put(articleId, document) {
      await execute(
        sql`insert into ${table} (article_id, scheme, words)
          values (${articleId}, ${scheme}, ${vectorOf(document)}::tsvector)
          on conflict (article_id) do update set scheme = excluded.scheme, words = excluded.words`,
      )
    },

    found(search, before) {
      const limit = before === undefined ? sql`` : sql` and number < ${before}`
      return sql`(select article_id, number from ${table} where ${matches(search)}${limit})`
    },

    ranked(search) {
      const rank = sql`greatest(1, round(ts_rank(${weights}, n.words, ${queryOf(search)}, ${byLength}) * 1e9))::bigint`
      return sql`(select n.article_id, n.number, ${rank} as rank from (select article_id, number, words from ${table}
        where ${matches(search)} order by number desc limit ${mostRanked}) n)`
    },

    // The planner knows how common a word is and chooses by itself.
    condition: async () => undefined,

    async shares(wanted) {
      const rows = await db
        .select({
          word: sql<string>`w.word`,
          count: sql<string>`count(*)`,
          size: sql<string>`(select count(*) from (select 1 from ${table} limit ${sampleSize}) s)`,
        })
        .from(
          sql`(select words from ${table} order by number desc limit ${sampleSize}) n
            cross join (select word, ('''' || word || '''')::tsquery as query
              from unnest(${sql.param([...wanted])}::text[]) as u (word)) w`,
        )
        .where(sql`n.words @@ w.query`)
        .groupBy(sql`w.word`)
      const shares = new Map(rows.map(({ word, count, size }) => [word, Number(count) / Number(size)]))
      return new Map(wanted.map((word) => [word, shares.get(word) ?? 0]))
    },

    sharing(weighted: WordWeights) {
      const parts = [...weighted].map(
        ([word, weight]) => sql`(select article_id, number, ${weight}::float8 as weight from ${table}
          where words @@ ${quoted(word)}::tsquery order by number desc limit ${mostSharing})`,
      )
      return sql`(select article_id, number, sum(weight) as score from (${sql.join(parts, sql` union all `)}) s
        group by article_id, number)`
    },
  }
}

/** `'harbour':1A,9 'bridge':2A`, the places counted over all fields with one left out between them. */
function vectorOf(document: SearchDocument): string {
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
