import pg from 'pg'
import { connectionSource, lookUp } from './transactions.postgres.ts'

/** Milliseconds within which a database has to answer a look, of which two in a row must fail. */
const lookMs = 1_000

/** What one look at a database finds. */
interface Sight {
  /** The number of the newest public change. */
  readonly newest: number
  /** The migrations that it has, oldest first, as `historyOf` writes them. */
  readonly history: string
  /** The same in a database and all its copies, and in no other; null before its first start. */
  readonly identity: string | null
}

/** Migrations as one text, which begins as that of an older program does. */
export function historyOf(migrations: readonly { readonly name: string; readonly hash: string }[]): string {
  return migrations.map(({ name, hash }) => `${name} ${hash}\n`).join('')
}

// Secrets are random, and made at the first start.
const lookText = `select
  (select coalesce(max(public_seq), 0)::int from changes) as newest,
  (select coalesce(string_agg(name || ' ' || hash || E'\\n', '' order by name), '') from migrations) as history,
  (select md5(string_agg(name || ' ' || encode(value, 'hex'), ',' order by name)) from secrets) as identity`

export interface Watch {
  /** Looks now, or joins the look that is under way. Rejects when the database does not answer. */
  look(): Promise<Sight>
  close(): Promise<void>
}

/**
 * Tells whether a database answers, over a connection that does nothing else: where all others are busy, a database
 * is not taken for one that is down. `onLook` is called when a look begins, and what it gives when it ends: with what was
 * found, undefined where there was no answer.
 */
export function watchDatabase(
  connection: pg.PoolConfig,
  onLook: () => (sight: Sight | undefined) => void,
): Watch {
  const pool = new pg.Pool({ ...connection, max: 1 })
  pool.on('error', () => {})
  const source = connectionSource(pool, undefined)
  let looking: Promise<Sight> | undefined

  async function lookOnce(): Promise<Sight> {
    return lookUp(source, performance.now() + lookMs, async (_query, client) => {
      const { rows } = await client.query<Sight>(lookText)
      return rows[0] as Sight
    })
  }

  async function look(): Promise<Sight> {
    const onEnd = onLook()
    try {
      // The first may have failed because this process was held, or the connection had been cut long ago.
      const sight = await lookOnce().catch(lookOnce)
      onEnd(sight)
      return sight
    } catch (error) {
      onEnd(undefined)
      throw error
    }
  }

  return {
    look() {
      looking ??= look().finally(() => {
        looking = undefined
      })
      return looking
    },
    close: () => pool.end(),
  }
}
