import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { dialects } from '../db/migrations.ts'

/**
 * Fails when the tables in src/db and the migrations have drifted apart: when drizzle-kit, run over a copy of
 * the migrations, would write another one.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const drizzleKit = join(dirname(fileURLToPath(import.meta.resolve('drizzle-kit'))), 'bin.cjs')

/** What is missing in the migrations of this database; empty when nothing is. */
function findMissing(dialect: (typeof dialects)[number]): string {
  // Below the root, because drizzle-kit takes relative paths alone.
  const copy = mkdtempSync(join(root, 'node_modules', '.migrations-'))
  try {
    cpSync(join(root, 'migrations', dialect), copy, { recursive: true })
    const before = new Set(readdirSync(copy))
    const args = [
      `--dialect=${dialect === 'postgres' ? 'postgresql' : dialect}`,
      `--schema=./src/db/schema.${dialect}.ts`,
      `--out=./${copy.slice(root.length)}`,
      '--name=missing',
    ]
    const output = execFileSync(process.execPath, [drizzleKit, 'generate', ...args], {
      cwd: root,
      encoding: 'utf8',
      // Where drizzle-kit has a question, such as whether a column was renamed, it must not wait for an answer.
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    })
    if (output.includes('No schema changes')) return ''
    const made = readdirSync(copy).filter((file) => !before.has(file) && file.endsWith('.sql'))
    // It ends well, and writes nothing, when it cannot ask what it wants to know.
    if (made.length === 0)
      return `drizzle-kit asks about a change, a renaming perhaps; run it on a terminal\n${output}`
    return made.map((file) => readFileSync(join(copy, file), 'utf8')).join('\n')
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

for (const dialect of dialects) {
  const missing = findMissing(dialect)
  if (missing === '') continue
  process.stderr.write(
    `src/db/tables.ts and migrations/${dialect} differ; write the next migration (see drizzle.config.ts):\n${missing}\n`,
  )
  process.exitCode = 1
}
