import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file to import, or why there is nothing to read at that path. */
export interface SourceFile {
  readonly path: string
  readonly error?: string
}

/** More bytes than any page may have are not even read. */
const maxBytes = 5_000_000

/** The files that the paths name: a file as it is, a folder as the `.txt` files in it and below, by name. */
export async function findFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const found = await Promise.all(paths.map(filesOf))
  return found.flat()
}

async function filesOf(path: string): Promise<SourceFile[]> {
  try {
    const stats = await stat(path)
    if (!stats.isDirectory()) {
      if (!stats.isFile()) return [{ path, error: 'is neither a file nor a folder' }]
      return [stats.size > maxBytes ? { path, error: `is over ${maxBytes / 1e6} MB` } : { path }]
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
    const nested = await Promise.all(files.map((file) => filesOf(join(file.parentPath, file.name))))
    return nested.flat().sort((a, b) => (a.path < b.path ? -1 : 1))
  } catch {
    // Reading it later says why, together with the other files.
    return [{ path }]
  }
}
