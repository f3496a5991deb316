import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/contract/errors.ts'
import { createJoining } from '../../src/db/joining.ts'
import type { Db, Writer } from '../../src/store/index.ts'
import { startServer } from '../support/server.ts'

let counter = 0

/** A tag to insert; its id is of the right form and its slug is its name. */
function newTag(name: string, tx: Writer) {
  counter += 1
  const id = `018ced2a-4000-7000-8000-${String(counter).padStart(12, '0')}`
  return { id, slug: name, name, version: 1, createdAt: tx.now, updatedAt: tx.now }
}

const insert = (db: Db, name: string) => db.write((tx) => tx.terms.insert('tag', newTag(name, tx)))

async function namesOf(db: Db): Promise<string[]> {
  const { items } = await db.read((reader) => reader.terms.list('tag', { limit: 100, after: undefined }))
  return items.map((term) => term.name)
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('what joins a transaction', () => {
  it('sees what was written in it, and nobody else does before its end', async () => {
    const { db } = await startServer()
    await db.write(async (tx) => {
      await tx.terms.insert('tag', newTag('a', tx))
      const names = await tx.join(async () => {
        await insert(db, 'b')
        expect(await db.write(async ({ now }) => now)).toBe(tx.now)
        return namesOf(db)
      })
      expect(names).toEqual(['a', 'b'])
      expect(await namesOf(db), 'outside of it').toEqual([])
    })
    expect(await namesOf(db)).toEqual(['a', 'b'])
  })

  it('is rolled back with it, by whichever of them fails', async () => {
    const { db } = await startServer()
    const outer = new Error('outer')
    const byOuter = db.write(async (tx) => {
      await tx.join(() => insert(db, 'a'))
      throw outer
    })
    expect(await failureOf(byOuter)).toBe(outer)

    const inner = new Problem('conflict', 'inner')
    const byInner = db.write(async (tx) => {
      await tx.terms.insert('tag', newTag('a', tx))
      await tx.join(() => db.write(() => Promise.reject(inner)))
    })
    expect(await failureOf(byInner)).toBe(inner)
    expect(await namesOf(db)).toEqual([])
  })

  it('takes the whole with it when a write fails, even where that is passed over in silence', async () => {
    const { db } = await startServer()
    const half = new Problem('conflict', 'half of it was written')
    const silent = db.write((tx) =>
      tx.join(async () => {
        const part = db.write(async (joined) => {
          await joined.terms.insert('tag', newTag('half', joined))
          throw half
        })
        await part.catch(() => {})
        await insert(db, 'other')
      }),
    )
    expect(await failureOf(silent)).toBe(half)
    expect(await namesOf(db)).toEqual([])
  })

  it('may look for what is not there', async () => {
    const { db } = await startServer()
    await db.write((tx) =>
      tx.join(async () => {
        const missing = db.read((reader) => reader.articles.get('018ced2a-4000-7000-8000-00000000a001'))
        expect(await failureOf(missing)).toMatchObject({ code: 'not-found' })
        await insert(db, 'a')
      }),
    )
    expect(await namesOf(db)).toEqual(['a'])
  })

  it('is waited for, and has transactions of its own afterwards', async () => {
    const { db } = await startServer()
    let later: Promise<unknown> | undefined
    const over = Promise.withResolvers<void>()
    await db.write((tx) =>
      tx.join(async () => {
        // Both are left running: the one joins, the other begins when this is over.
        void db.write(async (joined) => {
          await sleep(20)
          await joined.terms.insert('tag', newTag('left-running', joined))
        })
        later = over.promise.then(() => insert(db, 'later'))
      }),
    )
    expect(await namesOf(db)).toEqual(['left-running'])
    over.resolve()
    await later
    expect(await namesOf(db)).toEqual(['later', 'left-running'])
  })

  it('leaves alone what runs beside it', async () => {
    const { db } = await startServer()
    const failure = new Error('the joined ones fail')
    const failing = db.write((tx) =>
      tx.join(async () => {
        await insert(db, 'joined')
        await sleep(50)
        throw failure
      }),
    )
    await Promise.all([expect(failing).rejects.toBe(failure), insert(db, 'beside')])
    expect(await namesOf(db)).toEqual(['beside'])
  })

  it('is begun again as a whole where the database asks for that', async () => {
    const { db } = await startServer()
    let runs = 0
    const lost = Object.assign(new Error('could not serialize access'), { code: '40001' })
    const told: unknown[] = []
    await db.write((tx) =>
      tx.join(async () => {
        runs += 1
        await insert(db, `run-${runs}`)
        if (runs < 3) told.push(await failureOf(db.write(() => Promise.reject(lost))))
        // As whoever makes something else of an error does.
        if (runs < 3) throw new Problem('batch-failed', 'a part failed')
      }),
    )
    expect(runs).toBe(3)
    expect(await namesOf(db)).toEqual(['run-3'])
    expect(told).toHaveLength(2)
    for (const error of told) expect(error).toMatchObject({ code: 'unavailable', cause: lost })
  })

  it('may take longer together than one transaction may', async () => {
    const { db } = await startServer()
    await db.write((tx) =>
      tx.join(async () => {
        for (const name of ['a', 'b', 'c']) {
          await insert(db, name)
          await sleep(900)
        }
      }),
    )
    expect(await namesOf(db)).toEqual(['a', 'b', 'c'])
  })
})

describe('what joins a transaction that takes long', () => {
  /** Joining over a transaction that only counts how often it was given time; `seconds` is what its clock says. */
  function counted() {
    const state = { seconds: 0, renewals: 0 }
    const { share, read, write } = createJoining<{ renew: () => void }>({
      clock: () => state.seconds * 1_000,
    })
    const tx = {
      renew: () => {
        state.renewals += 1
      },
    }
    return { state, read, write, share: <T>(work: () => Promise<T>) => share(tx, work) }
  }

  it('is given time for each part, and for what comes after the last', async () => {
    const { state, share, read, write } = counted()
    const seen: number[] = []
    const note = async () => void seen.push(state.renewals)
    await share(async () => {
      await write(note)
      await read(note)
      await write(note)
    })
    expect(seen).toEqual([1, 2, 3])
    expect(state.renewals).toBe(4)
  })

  it('is not begun after 10 s, and fails the whole', async () => {
    const { state, share, write } = counted()
    const done: number[] = []
    const outcome = share(async () => {
      for (; state.seconds <= 20; state.seconds += 5)
        await write(async () => void done.push(state.seconds))?.catch(() => {})
      return 'as if it were well'
    })
    expect(await failureOf(outcome)).toMatchObject({ code: 'unavailable', status: 503 })
    expect(done).toEqual([0, 5, 10])
  })
})

describe('a write transaction', () => {
  it('is not begun inside another one that it does not join', async () => {
    const { db } = await startServer()
    const nested = db.write(() => insert(db, 'a'))
    expect(await failureOf(nested)).toMatchObject({ message: expect.stringContaining('inside another') })
  })
})
