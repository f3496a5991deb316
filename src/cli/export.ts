import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readConfig } from '../config.ts'
import { archiveOf } from '../exports/archive.ts'
import type { Reader } from '../store/index.ts'
import { type CliContext, CommandError } from './context.ts'
import { openAsItIs } from './database.ts'
import type { ExportOptions } from './export-formats.ts'
import { placeFault } from './place-fault.ts'
import { type Steps, showSteps } from './progress.ts'

/**
 * `copydesk export`: everything that a newsroom owns as NDJSON, to standard output or to a file, which gets its name
 * when it is whole; or what is public as a folder. The servers go on.
 */
export async function exportCommand(
  context: CliContext,
  { format, out: file }: ExportOptions,
): Promise<void> {
  if (format !== 'ndjson') {
    if (file === undefined) throw new CommandError(`--format ${format} needs a folder: --out FOLDER`)
    const { exportFolderCommand } = await import('./export-folder.ts')
    return exportFolderCommand(context, { format, out: file })
  }
  if (file !== undefined && existsSync(file))
    throw new CommandError(`${file} is there already; give another name`)
  const { db, engine } = await openAsItIs(readConfig(context.env))
  try {
    const { reader, close } = await db.openSnapshot()
    try {
      await write(context, reader, file)
    } finally {
      await close()
    }
  } finally {
    await engine.close()
  }
}

async function write(context: CliContext, reader: Reader, file: string | undefined): Promise<void> {
  // A bar would be written into the archive where both go to one terminal.
  const isShown = file !== undefined || !context.stdout.isTTY
  const steps = isShown ? showSteps(context.stderr, 'exporting') : undefined
  try {
    const parts = Readable.from(told(reader, steps), { objectMode: false })
    if (file === undefined) await pipeline(parts, context.stdout, { end: false })
    else await writeFile(parts, file)
  } finally {
    steps?.stop()
  }
}

/** Readable by its owner alone: it holds drafts. */
async function writeFile(parts: Readable, file: string): Promise<void> {
  const partial = `${file}.partial`
  try {
    await pipeline(parts, createWriteStream(partial, { mode: 0o600, flush: true }))
    renameSync(partial, file)
  } catch (error) {
    throw placeFault(error, file) ?? error
  } finally {
    rmSync(partial, { force: true })
  }
}

async function* told(reader: Reader, steps: Steps | undefined): AsyncGenerator<Buffer> {
  const total = await reader.exports.countArticles()
  let done = 0
  for await (const { bytes, articles } of archiveOf(reader)) {
    yield bytes
    done += articles
    if (articles > 0) steps?.reach(done, total)
  }
}
