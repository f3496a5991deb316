import { sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import type { SearchDocument } from './document.ts'
import type { IndexInspection } from './inspection.ts'
import { gap } from './sqlite-index.ts'

/**
 * The index has words alone, by word and not by article. So it is read once from end to end, and what each article has
 * is summed up in two numbers, which those of its text must equal.
 */

const fields = ['title', 'lead', 'body'] as const
/** So many occurrences of words are read together, but of one word always all. */
const occurrencesAtOnce = 50_000
const wordsAtOnce = 5_000

/** How often a word is in a field of an article, and the sum of its places. */
interface Occurrences {
  readonly word: string
  readonly field: string
  readonly count: number
  readonly places: number
}

/** Reads the index. Throws where its own structure is damaged. */
export async function inspectSqliteIndex(db: Query['sql'], name: string): Promise<IndexInspection> {
  const table = sql.identifier(name)
  const numbers = new Map(
    (await db.select({ id: sql<string>`article_id`, number: sql<number>`number` }).from(sql`${table}`)).map(
      ({ id, number }) => [id, number],
    ),
  )
  const sums = await sumUp(db, name)
  const known = new Set(numbers.values())
  return {
    async differing(documents) {
      return [...documents].flatMap(([id, document]) => {
        const number = numbers.get(id)
        const sum = number === undefined ? undefined : (sums.get(number) ?? 0)
        return sum === sumOf(document) ? [] : [id]
      })
    },
    countStrays: async () => [...sums.keys()].filter((number) => !known.has(number)).length,
  }
}

export async function removeSqliteStrays(db: Query['sql'], name: string): Promise<void> {
  const words = sql.identifier(`${name}_words`)
  const sizes = sql.identifier(`${name}_words_docsize`)
  await db.run(
    sql`delete from ${words} where rowid in
      (select id from ${sizes} where id not in (select number from ${sql.identifier(name)}))`,
  )
}

/** What each article has in the index, by its number. */
async function sumUp(db: Query['sql'], name: string): Promise<Map<number, number>> {
  const rows = sql.identifier(`${name}_rows`)
  const places = sql.identifier(`${name}_places`)
  for (const [made, kind] of [
    [rows, 'row'],
    [places, 'instance'],
  ] as const)
    await db.run(
      sql`create virtual table if not exists temp.${made}
        using fts5vocab(main, ${sql.raw(`'${name}_words'`)}, ${sql.raw(`'${kind}'`)})`,
    )
  const sums = new Map<number, number>()
  let after = ''
  for (;;) {
    const words = await db
      .select({ word: sql<string>`term`, count: sql<number>`cnt` })
      .from(sql`temp.${rows}`)
      .where(sql`term > ${after}`)
      .orderBy(sql`term`)
      .limit(wordsAtOnce)
    if (words.length === 0) return sums
    let total = 0
    const last = words.find(({ count }) => {
      total += count
      return total >= occurrencesAtOnce
    })
    const end = (last ?? words.at(-1))?.word ?? after
    const found = await db
      .select({
        word: sql<string>`term`,
        number: sql<number>`doc`,
        field: sql<string>`col`,
        count: sql<number>`count(*)`,
        places: sql<number>`sum(offset + 1)`,
      })
      .from(sql`temp.${places}`)
      .where(sql`term > ${after} and term <= ${end}`)
      .groupBy(sql`term, doc, col`)
    for (const { number, ...occurrences } of found)
      sums.set(number, (sums.get(number) ?? 0) + hashOf(occurrences))
    after = end
  }
}

/** The same of a text that is indexed. */
function sumOf(document: SearchDocument): number {
  let sum = 0
  for (const field of fields) {
    const found = new Map<string, { count: number; places: number }>()
    for (const [place, word] of document[field].entries()) {
      const seen = found.get(word || gap) ?? { count: 0, places: 0 }
      found.set(word || gap, { count: seen.count + 1, places: seen.places + place + 1 })
    }
    for (const [word, occurrences] of found) sum += hashOf({ word, field, ...occurrences })
  }
  return sum
}

/** A number of 32 bits (FNV-1a). */
function hashOf({ word, field, count, places }: Occurrences): number {
  let hash = 0x811c9dc5
  for (const character of `${word} ${field} ${count} ${places}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
