import { EventEmitter, once } from 'node:events'
import type pg from 'pg'
import { isUnavailable } from '../contract/errors.ts'
import type { PublicRead, ReplicaState, Replicas } from './engine.ts'
import { openReplica, type Replica } from './replica.postgres.ts'
import { type ConnectionSource, msUntil, snapshot } from './transactions.postgres.ts'
import { watchDatabase } from './watch.postgres.ts'

/**
 * Where public reads go, of a primary and its replicas.
 *
 * 1. To the replicas in turn. What one answers is taken only if it had every public change that this process knew of:
 *    whoever was told that a write of this process succeeded finds it in its next read.
 * 2. Else to the primary. A replica that had less is not asked again for a moment, in which it may catch up.
 * 3. While the primary is down, to the replica that is furthest, even if it is behind: late news are better than none.
 *
 * The primary is down when it does not answer on a connection that is for nothing else, twice. A replica that does not
 * answer, or is no copy of the primary, is left out until a look at it succeeds; each is looked at every second.
 */

/** Milliseconds. */
const limits = {
  look: 1_000,
  /** What is left of the time of a read is for the primary. */
  replica: 1_000,
  whole: 2_000,
} as const

interface PublicReadsOptions {
  readonly replicaUrls: readonly string[]
  /** Settings of a pool to a database. */
  readonly connectionTo: (databaseUrl: string) => pg.PoolConfig
  readonly databaseUrl: string
  readonly openSource: (databaseUrl: string) => ConnectionSource
  readonly primary: ConnectionSource
  /** Is told of each public change that was read. */
  readonly note: (seq: number) => void
  /** What a copy of this database must begin with, for this program. */
  readonly history: string
  /** The newest public change that this process knows of; undefined where it knows none yet. */
  readonly known: () => number | undefined
}

export interface ReplicatedReads {
  readonly replicas: Replicas
  published<T>(work: PublicRead<T>, atLeast: number): Promise<T>
  /** Reads the newest public change of the primary. Rejects when that does not answer. The first call begins to look at all. */
  lookAtPrimary(): Promise<number>
  close(): Promise<void>
}

export function createReplicatedReads(options: PublicReadsOptions): ReplicatedReads {
  const { replicaUrls, connectionTo, databaseUrl, openSource, primary, history, known, note } = options
  const turns = new EventEmitter<{ turn: [ReplicaState] }>()
  /** What was known to be public when a look began to which the primary did not answer; undefined when it has answered. */
  let knownWhenLost: number | undefined
  let identity: string | undefined
  let timer: NodeJS.Timeout | undefined
  let next = 0

  const watch = watchDatabase(connectionTo(databaseUrl), () => {
    const knownBefore = known() ?? 0
    return (sight) => {
      knownWhenLost = sight === undefined ? knownBefore : undefined
      identity = sight?.identity ?? identity
    }
  })
  const replicas = replicaUrls.map((url) =>
    openReplica({
      databaseUrl: url,
      connection: connectionTo(url),
      source: openSource(url),
      history,
      identity: () => identity,
      known: () => known() ?? 0,
      onTurn: (state) => void turns.emit('turn', state),
    }),
  )

  /** Also where it has taken a write since it was lost: whoever was told of that must find it. */
  function isPrimaryUp(): boolean {
    return knownWhenLost === undefined || (known() ?? 0) > knownWhenLost
  }

  /** The next replica in turn that may have the change. */
  function choose(needed: number): Replica | undefined {
    for (let tried = 0; tried < replicas.length; tried += 1) {
      next = (next + 1) % replicas.length
      const replica = replicas[next]
      if (replica?.mayHave(needed)) return replica
    }
    return undefined
  }

  /** Those that answer, the furthest first. */
  function furthest(): Replica[] {
    return replicas.filter((replica) => replica.isUp()).sort((one, other) => other.newest() - one.newest())
  }

  async function published<T>(work: PublicRead<T>, atLeast: number): Promise<T> {
    const deadline = performance.now() + limits.whole
    const newest = known()
    const needed = Math.max(newest ?? 0, atLeast)
    // While it is not known what is public, every replica could be behind.
    const replica = newest === undefined ? undefined : choose(needed)
    if (replica) {
      const read = await replica.read(work, performance.now() + limits.replica)
      if (read && read.newest >= needed) {
        replica.count('current')
        note(read.newest)
        return read.result
      }
      replica.count('refused')
    }
    if (isPrimaryUp() || atLeast > 0) {
      try {
        return await fromPrimary(work, deadline)
      } catch (error) {
        if (atLeast > 0 || !isUnavailable(error) || !(await isFoundDown(deadline))) throw error
      }
    }
    for (const stale of furthest()) {
      const read = await stale.read(work, performance.now() + limits.replica)
      if (!read) continue
      stale.count(read.newest >= needed ? 'current' : 'stale')
      return read.result
    }
    return fromPrimary(work, deadline)
  }

  function fromPrimary<T>(work: PublicRead<T>, deadline: number): Promise<T> {
    return snapshot(primary, deadline, (query) => work(query, note))
  }

  /** Whether the primary is down and not only busy, as far as that is found out in time. */
  async function isFoundDown(deadline: number): Promise<boolean> {
    const tooLate = AbortSignal.timeout(Math.ceil(msUntil(deadline)))
    await Promise.race([watch.look().catch(() => {}), once(tooLate, 'abort')])
    return !isPrimaryUp()
  }

  function lookAtReplicas(): void {
    for (const replica of replicas) replica.look()
  }

  function start(): void {
    if (timer !== undefined) return
    timer = setInterval(lookAtReplicas, limits.look).unref()
    // What a copy is known by is read first.
    watch.look().then(lookAtReplicas, lookAtReplicas)
  }

  return {
    published,
    replicas: {
      states: () => replicas.map((replica) => replica.state()),
      isPrimaryUp,
      onTurn: (listener) => void turns.on('turn', listener),
    },
    async lookAtPrimary() {
      start()
      return (await watch.look()).newest
    },
    async close() {
      clearInterval(timer)
      await Promise.all([watch.close(), ...replicas.map((replica) => replica.close())])
    },
  }
}
