// `npm run bench:fill -- --articles 100000 --database file:./data/large.db`: writes a newsroom of so many articles into
// a database, SQLite or PostgreSQL, as if its editors had made them over the years. The same seed makes the same texts.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { showSteps } from '../src/cli/progress.ts'
import { openDatabase } from '../src/db/open.ts'
import { fill } from './filling/fill.ts'
import { settle, withoutWordIndexes, withRoomToWrite } from './filling/settle.ts'

const yearMs = 365.25 * 86_400_000

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '1000' },
    database: { type: 'string', default: 'file:./data/bench.db' },
    seed: { type: 'string', default: '1' },
    /** When the last of it was done. */
    until: { type: 'string', default: new Date().toISOString() },
    years: { type: 'string', default: '8' },
  },
})
const articles = Number(values.articles)
if (!Number.isInteger(articles) || articles < 1)
  throw new Error('--articles must be a whole number of at least 1')

const engine = await openDatabase({ databaseUrl: values.database, databasePoolSize: 4 })
try {
  await engine.migrate()
  await withRoomToWrite(engine)
  const start = performance.now()
  const progress = showSteps(process.stderr, 'articles')
  let filled = 0
  const until = Date.parse(values.until)
  const span = Number(values.years) * yearMs
  const onProgress = (count: number) => {
    filled += count
    progress.reach(filled, articles)
  }
  await withoutWordIndexes(values.database, async () => {
    await fill(engine, { articles, seed: Number(values.seed), until, span, onProgress })
  })
  progress.stop()
  const seconds = (performance.now() - start) / 1_000
  await settle(values.database)
  process.stdout.write(
    `${articles} articles in ${seconds.toFixed(1)} s, ${Math.round(articles / seconds)} a second\n`,
  )
} finally {
  await engine.close()
}
