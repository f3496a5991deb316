import type { Engine, Query } from '../../src/db/engine.ts'

/** How many statements the reads of `work` are, whichever the database. */
export function countStatements(engine: Engine, work: (query: Query) => Promise<unknown>): Promise<number> {
  return engine.snapshot(async (query) => {
    // Every statement of Drizzle's builders goes through here.
    const { session } = query.sql as unknown as {
      session: { prepareQuery: (...input: unknown[]) => unknown }
    }
    const { prepareQuery } = session
    let count = 0
    session.prepareQuery = function counted(...input) {
      count += 1
      return prepareQuery.apply(this, input)
    }
    try {
      await work(query)
    } finally {
      session.prepareQuery = prepareQuery
    }
    return count
  })
}
