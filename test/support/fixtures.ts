import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where corpora that others made are kept: beside the project, or in the folder that is named. */
const folder =
  process.env.TEST_FIXTURES ?? fileURLToPath(new URL('../../../shared/fixtures', import.meta.url))

/** The files of the corpora that a pattern names, by name; none where they are not there. */
export function corpusFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: folder })
    .sort()
    .map((file) => `${folder}/${file}`)
}

export interface Corpus {
  /** Undefined when it is not there. */
  readonly text: string | undefined
  /** To be put behind the name of a test that is skipped without it. */
  readonly reason: string
}

/** One file of the corpora. They are read where they are and never copied: their licences are their own. */
export function corpus(path: string): Corpus {
  const file = `${folder}/${path}`
  if (existsSync(file)) return { text: readFileSync(file, 'utf8'), reason: '' }
  return { text: undefined, reason: `(skipped: no ${path} in TEST_FIXTURES)` }
}
