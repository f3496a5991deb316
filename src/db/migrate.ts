import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseError, type MigrationReport } from './engine.ts'

/**
 * Numbered migrations, each applied whole in a transaction of its own and written down with its hash. What was
 * released is frozen: a file that changed afterwards, or a database from a newer program, is refused.
 */

export interface Migration {
  /** The file's name without its ending, such as `0000_first`. */
  readonly name: string
  readonly hash: string
  readonly statements: readonly string[]
}

/** What a database must offer for its migrations to be run. */
export interface MigrationTarget {
  /** Names and hashes of what was applied, in order; makes the table for them when there is none. */
  applied(): Promise<{ name: string; hash: string }[]>
  /** Applies one migration and writes it down, both or neither; false when another process already had. */
  apply(migration: Migration): Promise<boolean>
}

const breakpoint = '--> statement-breakpoint'

/** Reads the migrations of a folder such as `migrations/sqlite`, in order. */
export function readMigrations(folder: URL): Migration[] {
  const files = readdirSync(folder).filter((file) => /^\d{4}_\w+\.sql$/.test(file))
  return files.sort().map((file) => {
    const script = readFileSync(new URL(file, folder), 'utf8')
    return {
      name: file.replace(/\.sql$/, ''),
      hash: createHash('sha256').update(script).digest('hex'),
      statements: script
        .split(breakpoint)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ''),
    }
  })
}

/** The migrations that are still to be applied. Throws DatabaseError when history and program disagree. */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly { name: string; hash: string }[],
): readonly Migration[] {
  for (const [index, done] of applied.entries()) {
    const known = migrations[index]
    if (known === undefined) {
      throw new DatabaseError(
        `the database was written by a newer version (migration ${done.name}); start that version or restore a backup`,
      )
    }
    if (known.name !== done.name || known.hash !== done.hash) {
      throw new DatabaseError(
        `migration ${done.name} of the database is not the ${known.name} of this program; start the version that wrote it`,
      )
    }
  }
  return migrations.slice(applied.length)
}

/** Applies what is pending, in order. The caller holds whatever lock keeps other processes from doing the same. */
export async function migrate(
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<MigrationReport> {
  const applied: string[] = []
  for (const migration of pendingMigrations(migrations, await target.applied())) {
    if (await target.apply(migration)) applied.push(migration.name)
  }
  return { applied }
}

/** A database that is not at the newest migration cannot be read by this program. Throws DatabaseError. */
export function requireNewest(
  name: string,
  migrations: readonly Migration[],
  applied: readonly { name: string; hash: string }[],
): void {
  const [next] = pendingMigrations(migrations, applied)
  if (next)
    throw new DatabaseError(`${name} is still to be migrated (${next.name}): run \`copydesk migrate\` first`)
}

/** Stands in the migration table while a move into the database is not finished, so that nobody else uses it. */
export const unfinishedMove = 'unfinished move'

/** What is being moved into the database; undefined for nothing. */
export function findUnfinishedMove(rows: readonly object[]): string | undefined {
  return rows.filter(isHistory).find(({ name }) => name === unfinishedMove)?.hash
}

function isHistory(row: object): row is { name: string; hash: string } {
  return 'name' in row && 'hash' in row
}

/** The migration table of this program, or a clear error when the database belongs to another one. */
export function checkHistory(rows: readonly object[]): { name: string; hash: string }[] {
  if (findUnfinishedMove(rows) !== undefined)
    throw new DatabaseError('a move into the database was not finished: run it again, or empty the database')
  if (rows.every(isHistory)) return [...rows]
  throw new DatabaseError('the database has a `migrations` table of another program; name another database')
}
