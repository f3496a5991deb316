import { isUnavailable } from '../contract/errors.ts'
import type { PublicRead, ReplicaReads, ReplicaState } from './engine.ts'
import { type ConnectionSource, snapshot } from './transactions.postgres.ts'
import { watchDatabase } from './watch.postgres.ts'

/** A replica that was behind is left in peace for so long, in milliseconds: then it may have caught up. */
const catchUpMs = 50

interface ReplicaOptions {
  readonly databaseUrl: string
  readonly connection: Parameters<typeof watchDatabase>[0]
  readonly source: ConnectionSource
  /** What a copy of this database must begin with, for this program. */
  readonly history: string
  /** What the primary is known by; undefined where it was not seen yet. */
  readonly identity: () => string | undefined
  /** The newest public change that is known to exist. */
  readonly known: () => number
  /** Told when it is left out, and when it is taken back. */
  readonly onTurn: (state: ReplicaState) => void
}

export interface Replica {
  readonly name: string
  /** Whether it answered when it was asked last, and is a copy of the primary. */
  isUp(): boolean
  /** The newest public change that it is known to have. */
  newest(): number
  /** Whether it has this public change, or may have got it since it was asked last. */
  mayHave(needed: number): boolean
  look(): void
  /**
   * Runs reads in one state of it; undefined where it cannot. `deadline` counts as `performance.now`. Gives the newest
   * public change that it had as well, as far as is known.
   */
  read<T>(work: PublicRead<T>, deadline: number): Promise<{ result: T; newest: number } | undefined>
  count(outcome: keyof ReplicaReads): void
  state(): ReplicaState
  close(): Promise<void>
}

/** One copy of the database, which may be behind, not answer, or be a copy of something else. */
export function openReplica(options: ReplicaOptions): Replica {
  const { databaseUrl, connection, source, history, identity, known, onTurn } = options
  const { hostname, port } = new URL(databaseUrl)
  const name = `${hostname}:${port || 5432}`
  const reads = { current: 0, stale: 0, refused: 0 }
  let isUp = false
  let newest = 0
  let refusedAt = Number.NEGATIVE_INFINITY
  /** When it was seen to have everything last, as `performance.now` counts. */
  let levelAt = performance.now()

  const watch = watchDatabase(connection, () => (sight) => {
    if (!sight) return turn(false)
    // It may have been put in place anew, and be less far than before.
    newest = sight.newest
    if (newest >= known()) levelAt = performance.now()
    turn(sight.history.startsWith(history) && sight.identity === identity())
  })

  function state(): ReplicaState {
    const changesBehind = Math.max(0, known() - newest)
    const lagMs = isUp && changesBehind === 0 ? 0 : performance.now() - levelAt
    return { name, isUp, changesBehind, lagMs, reads: { ...reads } }
  }

  function turn(now: boolean): void {
    if (now === isUp) return
    isUp = now
    onTurn(state())
  }

  return {
    name,
    isUp: () => isUp,
    newest: () => newest,
    mayHave: (needed) => isUp && (newest >= needed || performance.now() - refusedAt >= catchUpMs),
    look: () => void watch.look().catch(() => {}),
    async read(work, deadline) {
      let read: number | undefined
      const note = (seq: number) => {
        read = Math.max(read ?? 0, seq)
      }
      try {
        const result = await snapshot(source, deadline, (query) => work(query, note))
        newest = Math.max(newest, read ?? 0)
        return { result, newest: read ?? newest }
      } catch (error) {
        // Whatever it is, the primary is asked as well: if it is no fault of the copy, it comes again there.
        if (isUnavailable(error)) turn(false)
        return undefined
      }
    },
    count(outcome) {
      reads[outcome] += 1
      if (outcome === 'refused') refusedAt = performance.now()
    },
    state,
    async close() {
      await Promise.all([watch.close(), source.pool.end()])
    },
  }
}
