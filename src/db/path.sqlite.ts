import { fileURLToPath } from 'node:url'

/** The path of the database at `file:<path>` or `file://<path>`. */
export function pathOf(databaseUrl: string): string {
  const path = databaseUrl.slice('file:'.length)
  return path.startsWith('//') ? fileURLToPath(databaseUrl) : path
}
