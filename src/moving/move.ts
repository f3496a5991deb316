import { createHash } from 'node:crypto'
import { asc, desc } from 'drizzle-orm'
import { DatabaseError } from '../db/engine.ts'
import { type MoveEnd, type MoveTarget, openMoveSource, openMoveTarget } from '../db/move-end.ts'
import { countRows, insertRows, lastRow, rowsAfter } from '../db/move-rows.ts'
import { tablesInOrder } from '../db/table-order.ts'
import { compareTable } from './comparing.ts'
import { indexAll } from './indexing.ts'

type Step = 'copying rows' | 'indexing articles' | 'comparing rows'

interface MoveOptions {
  /** Database URLs. */
  readonly from: string
  readonly to: string
  /** How much of how much of a step is done. */
  readonly onProgress: (step: Step, done: number, total: number) => void
}

export interface Moved {
  /** The databases, for people: never with a password. */
  readonly from: string
  readonly to: string
  readonly tables: number
  /** How many rows the target holds, and how many of those were copied now. */
  readonly rows: number
  readonly copied: number
  /** The number of the newest change; 0 for none. */
  readonly lastChange: number
}

/**
 * Copies everything that one database holds into another, empty one, which may be of the other kind, and compares all
 * of it. Nobody writes to either meanwhile. When it breaks off, the target can be used by nobody; the same move goes on
 * from there. Throws DatabaseError.
 */
export async function moveDatabase({ from, to, onProgress }: MoveOptions): Promise<Moved> {
  const source = await openMoveSource(from)
  try {
    const target = await openMoveTarget(to, await stateOf(source))
    try {
      return await move(source, target, onProgress)
    } catch (error) {
      throw error instanceof DatabaseError ? error : brokenOff(error)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

async function move(
  source: MoveEnd,
  target: MoveTarget,
  onProgress: MoveOptions['onProgress'],
): Promise<Moved> {
  const shapes = tablesInOrder()
  let rows = 0
  for (const shape of shapes) rows += await countRows(source, shape)
  let copied = 0
  let done = 0
  for (const shape of shapes) {
    const before = target.isResumed ? await countRows(target, shape) : 0
    done += before
    const after = before === 0 ? undefined : await lastRow(target, shape)
    for await (const batch of rowsAfter(source, shape, after)) {
      await insertRows(target, shape, batch)
      copied += batch.length
      done += batch.length
      onProgress('copying rows', done, rows)
    }
  }
  await indexAll(source, target, (indexed, total) => onProgress('indexing articles', indexed, total))
  let compared = 0
  for (const shape of shapes)
    await compareTable(source, target, shape, (count) => {
      compared += count
      onProgress('comparing rows', compared, rows)
    })
  const lastChange = await source.lastNumber()
  await target.finish(lastChange)
  return { from: source.name, to: target.name, tables: shapes.length, rows, copied, lastChange }
}

/** In one line, and without the rows, which Drizzle tells of each statement that fails. */
function brokenOff(error: unknown): DatabaseError {
  const { cause, message } = error as Error
  const reason = (cause instanceof Error ? cause.message : message).split('\n', 1)[0]
  return new DatabaseError(`the move broke off: ${reason}; run it again, and it goes on`, { cause: error })
}

/** Names a database and what it holds: its own secrets, and the ends of its change log. */
async function stateOf({ query: { sql: db, tables }, lastNumber }: MoveEnd): Promise<string> {
  const { changes, secrets } = tables
  const first = await db.select().from(changes).orderBy(asc(changes.seq)).limit(1)
  const last = await db.select().from(changes).orderBy(desc(changes.seq)).limit(1)
  const own = await db.select().from(secrets).orderBy(asc(secrets.name))
  const state = JSON.stringify([first, last, own, await lastNumber()])
  return createHash('sha256').update(state).digest('hex')
}
