import type { Check } from './check.ts'

/** What published articles are filtered by, and how many have it. */
export const facets: Check = {
  name: 'facets',
  async *find({ reader }) {
    const [ids, wrong] = [
      await reader.inspection.findWrongFacets(),
      await reader.inspection.countWrongCounts(),
    ]
    for (const id of ids)
      yield {
        what: `the published article ${id} is found under other sections, tags, authors or languages than it has`,
        mend: async (db) => {
          await db.write((tx) => tx.inspection.refacet(id))
          return 'listed it under what it has'
        },
      }
    if (wrong > 0)
      yield {
        what: `${wrong} sections, tags, authors or languages are counted wrongly`,
        mend: async (db) => {
          await db.write((tx) => tx.inspection.recount())
          return 'counted them anew'
        },
      }
  },
}

/** An index of words, against the articles that it is of. */
export function searchCheck(name: string, index: 'searchIndex' | 'publicSearchIndex'): Check {
  return {
    name,
    async *find({ reader }) {
      const inspection = await reader[index].inspect()
      for await (const documents of reader[index].documentPages())
        for (const id of await inspection.differing(documents))
          yield {
            what: `the article ${id} is found by other words than it has`,
            mend: async (db) => ((await db.write((tx) => tx[index].reindex(id))) ? 'indexed it' : undefined),
          }
      const strays = await inspection.countStrays()
      if (strays > 0)
        yield {
          what: `${strays} entries are of no article`,
          mend: async (db) => {
            await db.write((tx) => tx[index].removeStrays())
            return 'took them out'
          },
        }
    },
  }
}
