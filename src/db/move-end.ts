import { getTableName } from 'drizzle-orm'
import { DatabaseError, type Query } from './engine.ts'
import { findUnfinishedMove, unfinishedMove } from './migrate.ts'
import { tablesInOrder } from './table-order.ts'
import type { Tables } from './tables.ts'

/** One of the two databases of a move: one connection without time limits, while whose life nobody else writes. */
export interface MoveEnd {
  readonly query: Query
  /** Which database it is, for people: never with a password. */
  readonly name: string
  /** Runs `work` in a transaction. */
  transact<T>(work: () => Promise<T>): Promise<T>
  /** The last number that the change log has given out; 0 for none. */
  lastNumber(): Promise<number>
  close(): Promise<void>
}

/** What a database must offer to be the target. */
export interface MoveTargetParts extends MoveEnd {
  /** The names of all tables. */
  tableNames(): Promise<readonly string[]>
  /** Brings it to the newest migration. */
  migrate(): Promise<unknown>
  /** The `migrations` table. */
  history(): Promise<readonly object[]>
  run(statement: string): Promise<unknown>
  /** Makes the change log go on after this number. */
  setLastNumber(seq: number): Promise<void>
  /** Tells the database to look at what it holds, where it would plan badly without. */
  settle(): Promise<void>
}

/** The database that is moved into. */
export interface MoveTarget extends MoveEnd {
  /** Whether it holds a part of the move already. */
  readonly isResumed: boolean
  /** Ends the move: the target is a database like any other then. */
  finish(lastNumber: number): Promise<void>
}

/** The database to move away from, which nobody writes to until it is closed. Throws DatabaseError. */
export async function openMoveSource(databaseUrl: string): Promise<MoveEnd> {
  if (databaseUrl.startsWith('file:'))
    return (await import('./move-end.sqlite.ts')).openSqliteSource(databaseUrl)
  return (await import('./move-end.postgres.ts')).openPostgresSource(databaseUrl)
}

/**
 * The database to move into, with empty tables or those of the same move before it broke off. `state` names the source
 * and what it holds, in letters and digits. Throws DatabaseError where there is anything else in it.
 */
export async function openMoveTarget(databaseUrl: string, state: string): Promise<MoveTarget> {
  const parts = databaseUrl.startsWith('file:')
    ? await (await import('./move-end.sqlite.ts')).openSqliteTarget(databaseUrl)
    : await (await import('./move-end.postgres.ts')).openPostgresTarget(databaseUrl)
  try {
    const isResumed = await prepare(parts, state)
    return {
      ...parts,
      isResumed,
      async finish(lastNumber) {
        await parts.setLastNumber(lastNumber)
        await parts.settle()
        await parts.run(`delete from migrations where name = '${unfinishedMove}'`)
      },
    }
  } catch (error) {
    await parts.close()
    throw error
  }
}

/** Tables that have rows in a new database already. */
const filledByMigrations: readonly (keyof Tables)[] = ['adRevisions']

/** Answers whether the move was begun before. */
async function prepare(target: MoveTargetParts, state: string): Promise<boolean> {
  const tables = await target.tableNames()
  const begun = tables.includes('migrations') ? findUnfinishedMove(await target.history()) : undefined
  if (begun === state) return true
  if (begun !== undefined)
    throw new DatabaseError(
      `${target.name} holds a part of another move, or the source has changed since that began: empty it, and start again`,
    )
  await refuseFilled(target, tables)
  await target.migrate()
  for (const name of filledByMigrations) await target.query.sql.delete(target.query.tables[name])
  await target.run(`insert into migrations (name, hash) values ('${unfinishedMove}', '${state}')`)
  return false
}

async function refuseFilled({ query, name }: MoveTargetParts, tables: readonly string[]): Promise<void> {
  if (tables.length > 0 && !tables.includes('migrations'))
    throw new DatabaseError(`${name} holds the tables of something else; name an empty database`)
  if (tables.length === 0) return
  for (const { name: tableName } of tablesInOrder()) {
    const table = query.tables[tableName]
    const mayHaveRows = filledByMigrations.includes(tableName) || !tables.includes(getTableName(table))
    if (!mayHaveRows && (await query.sql.select().from(table).limit(1)).length > 0)
      throw new DatabaseError(`${name} is not empty; name an empty database`)
  }
}
