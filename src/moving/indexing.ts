import { gt, sql } from 'drizzle-orm'
import type { MoveEnd } from '../db/move-end.ts'
import { countRows } from '../db/move-rows.ts'
import { indexedCopies, indexedPublications, upkeepWriter } from '../store/search-upkeep.ts'

const indexedAtOnce = 200

/**
 * Makes the indexes for searches, in the order in which the articles came into those of the source: what is found first
 * depends on it.
 */
export async function indexAll(
  source: MoveEnd,
  target: MoveEnd,
  onProgress: (indexed: number, total: number) => void,
): Promise<void> {
  let indexed = 0
  const total = (await countOf(source, 'articles')) + (await countOf(source, 'publishedArticles'))
  for (const indexedOf of [indexedPublications, indexedCopies]) {
    const order = indexedOf(source.query).index.table
    const writer = upkeepWriter(target.query, indexedOf(target.query))
    const index = async (ids: readonly string[]) => {
      // Asked for together, they are carried out in this order, without a pause for each answer.
      await target.transact(() => Promise.all(ids.map((id) => writer.index([id], 0))))
      indexed += ids.length
      onProgress(Math.min(indexed, total), total)
    }
    for (let after = 0; ; ) {
      const rows = await source.query.sql
        .select({ id: sql<string>`article_id`, number: sql<number | string>`number` })
        .from(order)
        .where(gt(sql`number`, after))
        .orderBy(sql`number`)
        .limit(indexedAtOnce)
      if (rows.length === 0) break
      await index(rows.map(({ id }) => id))
      after = Number(rows.at(-1)?.number)
    }
    // Those that the source had still to index.
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { missing, last } = await writer.findUnindexed(after, indexedAtOnce)
      if (missing.length > 0) await index(missing)
      after = last
    }
  }
}

function countOf(end: MoveEnd, name: 'articles' | 'publishedArticles'): Promise<number> {
  return countRows(end, { name, key: ['id'] })
}
