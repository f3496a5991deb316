import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { readConfig } from '../config.ts'
import { openBackups } from '../db/backup.ts'
import { type CliContext, CommandError } from './context.ts'
import { placeFault } from './place-fault.ts'
import { showSteps } from './progress.ts'
import { isSealed, seal, unseal } from './sealed-file.ts'

const passphraseName = 'BACKUP_PASSPHRASE'
const shortestPassphrase = 16

/**
 * `copydesk backup FILE`: a copy of the database at one instant, checked and then given its name, so that a file of
 * that name is always whole. The servers go on.
 */
export async function backupCommand(
  context: CliContext,
  file: string,
  { encrypt }: { readonly encrypt: boolean },
): Promise<void> {
  const passphrase = encrypt ? passphraseOf(context) : undefined
  const backups = await openBackups(readConfig(context.env).databaseUrl)
  if (existsSync(file)) throw new CommandError(`${file} is there already; give another name`)
  const copy = `${file}.partial`
  const sealed = `${file}.sealing`
  try {
    makePrivate(copy)
    const steps = showSteps(context.stderr, 'copying')
    await backups.copy(copy, steps.reach).finally(steps.stop)
    const { lastChange, changedAt } = await backups.inspect(copy, file)
    if (passphrase !== undefined) await seal(copy, sealed, passphrase)
    renameSync(passphrase === undefined ? copy : sealed, file)
    const state = changedAt === null ? 'without changes' : `up to change ${lastChange} of ${changedAt}`
    context.stdout.write(`${file}: ${sizeOf(file)}, ${state}, checked${encrypt ? ' and encrypted' : ''}\n`)
  } catch (error) {
    throw placeFault(error, file) ?? error
  } finally {
    for (const left of [copy, sealed]) rmSync(left, { force: true })
  }
}

/** `copydesk restore FILE`: makes a backup the database, after it was checked. What was there is kept. */
export async function restoreCommand(
  context: CliContext,
  file: string,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const backups = await openBackups(readConfig(context.env).databaseUrl)
  if (!existsSync(file)) throw new CommandError(`there is no file ${file}`)
  if (backups.exists() && !replace)
    throw new CommandError(
      'there is a database already; with --replace the backup takes its place, and it is kept under another name',
    )
  const copy = join(backups.folder, `restoring-${process.pid}.db`)
  try {
    await bringIn(context, file, copy)
    const { lastChange, changedAt } = await backups.inspect(copy, file)
    const kept = backups.putInPlace(copy)
    context.stdout.write(
      `restored up to change ${lastChange}${changedAt === null ? '' : ` of ${changedAt}`}\n`,
    )
    if (kept !== null) context.stdout.write(`what was there before is in ${kept}\n`)
  } catch (error) {
    throw placeFault(error, backups.folder) ?? error
  } finally {
    rmSync(copy, { force: true })
  }
}

async function bringIn(context: CliContext, file: string, copy: string): Promise<void> {
  makePrivate(copy)
  if (await isSealed(file)) return unseal(file, copy, passphraseOf(context))
  await copyFile(file, copy)
}

/** Empty, and readable by its owner alone: a backup holds all that the database holds. */
function makePrivate(file: string): void {
  rmSync(file, { force: true })
  closeSync(openSync(file, 'wx', 0o600))
}

function passphraseOf({ env }: CliContext): string {
  const passphrase = env[passphraseName] ?? ''
  if (passphrase.length < shortestPassphrase)
    throw new CommandError(
      `${passphraseName} must hold the passphrase of the backup, at least ${shortestPassphrase} characters`,
    )
  return passphrase
}

function sizeOf(file: string): string {
  return `${(statSync(file).size / 1_048_576).toFixed(1)} MiB`
}
