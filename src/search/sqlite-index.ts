import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { type SearchDocument, scheme } from './document.ts'
import type { SearchQuery, Term } from './query.ts'
import { fewestCommon, mostRanked, mostSharing, type SearchIndex, type WordWeights } from './search-index.ts'

/**
 * FTS5 without content: only the words are stored, the articles are elsewhere. The tokenizer `ascii` splits at the
 * spaces that we put between our own words and changes nothing in them: they hold no ASCII but small letters and digits.
 *
 * `<name>` gives each article the number that is its rowid in `<name>_words`; a trigger deletes the words when the
 * number is deleted.
 */

/** Stands where no word is found. */
export const gap = '\u00b6'
/** How much a word tells of an article in its title, in its lead and in its body. */
const weights = sql.raw('10.0, 4.0, 1.0')
/** The same where it is enough that a field has a word. In the body it is for what was searched anyway. */
const fieldWeights = { title: 10, lead: 4, body: 1 } as const
/** So many terms, the first, have a part in that. */
const mostWeighed = 6
/** How many articles, the newest, tell how common a word is. */
const sampleSize = 1_000

export function sqliteIndex(db: Query['sql'], name: string): SearchIndex {
  const table = sql.identifier(name)
  const words = sql.identifier(`${name}_words`)

  const numbers = (search: SearchQuery, before?: number) =>
    sql`select rowid from ${words} where ${matches(words, search)}${isBefore(before)}`
  const isBefore = (before: number | undefined) =>
    before === undefined ? sql`` : sql` and ${words}.rowid < ${before}`

  const test = (search: SearchQuery, before?: number) => (articleId: SQLWrapper) =>
    sql`(select number from ${table} where article_id = ${articleId}) in (${numbers(search, before)})`

  async function isCommon(search: SearchQuery, before?: number): Promise<boolean> {
    const [row] = await db
      .select({ count: sql<number>`count(*)` })
      .from(sql`(${numbers(search, before)} limit ${fewestCommon})`)
    return (row?.count ?? 0) >= fewestCommon
  }

  return {
    table: sql`${table}`,

    async put(entries) {
      const numbers: (number | undefined)[] = []
      for (const { articleId } of entries) {
        const [row] = await db.all<{ number: number }>(
          sql`insert into ${table} (article_id, scheme) values (${articleId}, ${scheme})
            on conflict (article_id) do update set scheme = excluded.scheme returning number`,
        )
        numbers.push(row?.number)
      }
      // After all of those: whenever another table with a trigger is written, FTS5 writes out what it has gathered.
      for (const [index, { document }] of entries.entries()) {
        const { title, lead, body } = document
        await db.run(
          sql`replace into ${words} (rowid, title, lead, body)
            values (${numbers[index]}, ${textOf(title)}, ${textOf(lead)}, ${textOf(body)})`,
        )
      }
    },

    prepare: async () => undefined,

    found(search, before) {
      // The cross join keeps the order: from the words to the articles.
      return sql`(select d.article_id, ${words}.rowid as number from ${words} cross join ${table} d
        on d.number = ${words}.rowid where ${matches(words, search)}${isBefore(before)})`
    },

    ranked(search) {
      // bm25 is below 0, the better the lower, and of a word that most articles have a millionth of the usual.
      const rank = sql`max(1, cast(round(bm25(${words}, ${weights}) * -1e12) as integer))`
      return sql`(select d.article_id, d.number, n.rank from (select rowid as number, ${rank} as rank from ${words}
        where ${matches(words, search)} order by rowid desc limit ${mostRanked}) n cross join ${table} d
        on d.number = n.number)`
    },

    rankedAlone(search, since) {
      if (search.all.length === 0) return sql`(select article_id, number, 1 as rank from ${table} where 0)`
      const found = sql`select rowid as number from ${words} where ${matches(words, search)}
        and ${words}.rowid >= ${since} order by rowid desc limit ${2 * mostRanked}`
      // Of a term alone there may be many more than of all terms together.
      const having = (term: Term, field: 'title' | 'lead') =>
        sql`n.number in (select rowid from ${words}
          where ${words} match ${`(${expressionOf(search)}) AND ({${field}} : ${phraseOf(term)})`}
          and ${words}.rowid >= (select min(number) from n))`
      const ranks = search.all.slice(0, mostWeighed).map(
        (term) => sql`case when ${having(term, 'title')} then ${sql.raw(String(fieldWeights.title))}
          when ${having(term, 'lead')} then ${sql.raw(String(fieldWeights.lead))}
          else ${sql.raw(String(fieldWeights.body))} end`,
      )
      return sql`(with n as materialized (${found}) select d.article_id, d.number, ${sql.join(ranks, sql` + `)} as rank
        from n cross join ${table} d on d.number = n.number)`
    },

    async lastRanked(search) {
      const [row] = await db
        .select({ number: sql<number>`rowid` })
        .from(sql`(${numbers(search)} order by rowid desc limit 1 offset ${mostRanked - 1})`)
      return row?.number
    },

    isCommon,
    test,
    condition: async (search, before) =>
      (await isCommon(search, before)) ? test(search, before) : undefined,

    async shares(wanted) {
      if (wanted.length === 0) return new Map()
      const since = sql`(select max(number) - ${sampleSize} from ${table})`
      const counts = wanted.map(
        // From the end, because from a number on it would be looked for from the beginning.
        (word) => sql`select ${word} as word, (select count(*) from (select rowid from ${words}
          where ${words} match ${quoted(word)} order by rowid desc limit ${sampleSize}) where rowid > ${since}) as count`,
      )
      const rows = await db
        .select({
          word: sql<string>`word`,
          count: sql<number>`count`,
          size: sql<number>`(select count(*) from ${table} where number > ${since})`,
        })
        .from(sql`(${sql.join(counts, sql` union all `)})`)
      return new Map(rows.map(({ word, count, size }) => [word, size === 0 ? 0 : count / size]))
    },

    sharing(weighted: WordWeights) {
      const parts = [...weighted].map(
        ([word, weight]) => sql`select * from (select rowid as number, ${weight} as weight from ${words}
          where ${words} match ${quoted(word)} order by rowid desc limit ${mostSharing})`,
      )
      return sql`(select d.article_id, d.number, s.score from (select number, sum(weight) as score
        from (${sql.join(parts, sql` union all `)}) group by number) s cross join ${table} d on d.number = s.number)`
    },
  }
}

export function textOf(words: SearchDocument['title']): string {
  return words.map((word) => word || gap).join(' ')
}

function matches(words: SQL | ReturnType<typeof sql.identifier>, search: SearchQuery): SQL {
  // An index has no expression for nothing.
  if (search.all.length === 0) return sql`0`
  return sql`${words} match ${expressionOf(search)}`
}

function expressionOf({ all, none }: SearchQuery): string {
  const wanted = all.map(phraseOf).join(' AND ')
  const unwanted = none.map(phraseOf).join(' OR ')
  return unwanted === '' ? wanted : `(${wanted}) NOT (${unwanted})`
}

function phraseOf({ words, isPrefix }: Term): string {
  return isPrefix ? `${quoted(words.join(' '))} *` : quoted(words.join(' '))
}

/** Words hold no quotes, but this is not the place to trust in it. */
function quoted(words: string): string {
  return `"${words.replaceAll('"', '""')}"`
}
