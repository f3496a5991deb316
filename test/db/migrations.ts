import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/** The databases that have migrations, by the names of their folders. */
export const dialects = ['sqlite', 'postgres'] as const

/** Where the migrations of a database are. */
export function folderOf(dialect: (typeof dialects)[number]): URL {
  return new URL(`../../migrations/${dialect}/`, import.meta.url)
}

/** The SHA-256 of every migration, in hexadecimal, by the name of its file. */
export function hashMigrations(folder: URL): Record<string, string> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  return Object.fromEntries(
    files.sort().map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(new URL(file, folder)))
        .digest('hex'),
    ]),
  )
}
