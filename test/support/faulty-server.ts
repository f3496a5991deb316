import process from 'node:process'
import { buildApp } from '../../src/app.ts'
import { openMigrated } from '../../src/cli/database.ts'
import { readConfig } from '../../src/config.ts'
import { createDb, type Db } from '../../src/store/index.ts'

/**
 * `copydesk serve` with two things that no operator should have, as a process of its own. Its clock may run
 * fast: `CLOCK_SPEED` times as fast since `CLOCK_START` (milliseconds since 1970), the same in all processes.
 * And it may kill itself at a write: with `KILL_AT=inside:2` in the second write transaction that is asked for
 * while it serves, after its work and before its commit; `before:2` is before it begins, `after:2` when it is
 * committed and nobody has been told. Writes that join another one count too.
 */
const { CLOCK_START = '0', CLOCK_SPEED = '1', KILL_AT = '', ...env } = process.env

const clock = () => Number(CLOCK_START) + (Date.now() - Number(CLOCK_START)) * Number(CLOCK_SPEED)

async function reach(point: string): Promise<void> {
  if (point !== KILL_AT) return
  process.kill(process.pid, 'SIGKILL')
  // It ends here, and not a statement later.
  await new Promise(() => {})
}

function killing(db: Db): Db {
  let writes = 0
  return {
    ...db,
    async write(work) {
      writes += 1
      const number = writes
      await reach(`before:${number}`)
      const result = await db.write(async (tx) => {
        const made = await work(tx)
        await reach(`inside:${number}`)
        return made
      })
      await reach(`after:${number}`)
      return result
    },
  }
}

const config = readConfig(env)
const { engine } = await openMigrated(config)
const db = createDb(engine, clock)
const adTokenSecret = await db.write((tx) => tx.secrets.getOrMake('ad-token'))
const app = await buildApp({
  config,
  db: killing(db),
  adTokenSecret,
  previewTokenSecret: adTokenSecret,
  clock,
})
await app.listen({
  host: '127.0.0.1',
  port: 0,
  listenTextResolver: (address) => `listening on ${address}`,
})
