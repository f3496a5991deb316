import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** A file to import, or why there is nothing to read at that path. */
export interface SourceFile {
  readonly path: string
  readonly bytes: number
  readonly error?: string
}

const importable = /\.(?:txt|md|markdown|x?html?|xml|rss|atom|json|ndjson|jsonl)$/i

/**
 * The files that the paths name, each once: a file as it is, a folder as the files in it and below that have the
 * extension of a format, links followed, by name.
 */
export async function findFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const found = await Promise.all(paths.map(filesOf))
  const byPath = new Map(found.flat().map((file) => [resolve(file.path), file]))
  return [...byPath.values()]
}

async function filesOf(path: string): Promise<SourceFile[]> {
  try {
    const stats = await stat(path)
    if (!stats.isDirectory()) {
      if (!stats.isFile()) return [{ path, bytes: 0, error: 'is neither a file nor a folder' }]
      return [{ path, bytes: stats.size }]
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => !entry.isDirectory() && importable.test(entry.name))
    const nested = await Promise.all(files.map((file) => filesOf(join(file.parentPath, file.name))))
    return nested.flat().sort((a, b) => (a.path < b.path ? -1 : 1))
  } catch {
    // Reading it later says why, together with the other files.
    return [{ path, bytes: 0 }]
  }
}
