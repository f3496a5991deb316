import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { mostFileBytes } from '../ads/read-seller-file.ts'
import { readConfig } from '../config.ts'
import { isProblem } from '../contract/errors.ts'
import { systemActor } from '../contract/permissions.ts'
import { type SellerFile, sellerFiles } from '../contract/seller-entry.ts'
import type { ImportRemark, SellerImportReport } from '../contract/seller-import.ts'
import { importSellerFile } from '../management/seller-imports.ts'
import { type CliContext, CommandError } from './context.ts'
import { openMigrated } from './database.ts'

export interface ImportSellersOptions {
  readonly file?: SellerFile
  readonly replace?: boolean
  readonly dryRun?: boolean
}

const counted = ['created', 'updated', 'unchanged', 'deleted', 'duplicates', 'failed'] as const

/**
 * `copydesk import-sellers`: takes a file over and tells on standard error of each line that it could not take. Such
 * lines mean nothing to buyers either, so that they are no failure.
 */
export async function importSellersCommand(
  { env, stdout, stderr }: CliContext,
  path: string,
  { file = fileOf(path), replace = false, dryRun = false }: ImportSellersOptions,
): Promise<void> {
  if (file === undefined)
    throw new CommandError(
      `${path} does not say by its name which file it is: add --file ${sellerFiles.join('|')}`,
    )
  const bytes = await read(path)
  const { db, engine } = await openMigrated(readConfig(env))
  try {
    const mode = replace ? 'replace' : 'merge'
    const report = await importSellerFile(db, systemActor, { file, mode, dryRun }, bytes)
    for (const note of report.notes) stdout.write(`note ${path}:${remarkOf(note)}\n`)
    for (const problem of report.problems) stderr.write(`failed ${path}:${remarkOf(problem)}\n`)
    stdout.write(`${summaryOf(report)}\n`)
  } catch (error) {
    throw isProblem(error) && error.status < 500 ? new CommandError(`${path}: ${error.detail}`) : error
  } finally {
    await engine.close()
  }
}

/** Such as `welt.de.app-ads.txt`. */
function fileOf(path: string): SellerFile | undefined {
  const name = basename(path).toLowerCase()
  return sellerFiles.toSorted((a, b) => b.length - a.length).find((file) => name.endsWith(file))
}

async function read(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > mostFileBytes) throw new CommandError(`${path} has over ${mostFileBytes / 1024 / 1024} MiB`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}

/** Texts of files: nothing in them is to reach the terminal as a command. */
function remarkOf({ line, pointer, detail, text }: ImportRemark): string {
  return `${line ?? pointer}: ${detail}: ${text}`.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
}

function summaryOf(report: SellerImportReport): string {
  const counts = counted.filter((name) => report[name] > 0).map((name) => `${report[name]} ${name}`)
  const words = counts.length > 0 ? counts.join(', ') : 'nothing to take over'
  return `${report.file}: ${words}${report.dryRun ? ' (dry run: nothing was written)' : ''}`
}
