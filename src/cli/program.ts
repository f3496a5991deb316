import { Command, CommanderError, Option } from 'commander'
import { describeConfig } from '../config.ts'
import { statsKeys } from '../contract/ad-stats.ts'
import { importFormats } from '../contract/import-job.ts'
import { permissions, roles } from '../contract/permissions.ts'
import { sellerFiles } from '../contract/seller-entry.ts'
import type { CliContext } from './context.ts'
import type { DoctorOptions } from './doctor.ts'
import { type ExportOptions, exportFormats } from './export-formats.ts'
import type { ImportFlags } from './import.ts'
import type { ImportSellersOptions } from './import-sellers.ts'
import type { AdStatsOptions } from './stats.ts'
import type { NewTokenOptions } from './token.ts'

/** Says what is wrong, what to do, and that the exit code is 1; help and version end well. */
export class UsageError extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super('usage')
    this.exitCode = exitCode
  }
}

function environmentHelp(): string {
  const variables = describeConfig()
  const width = Math.max(...variables.map(({ name }) => name.length))
  const rows = variables.map(({ name, default: value, description }) => {
    const shown = value === '' ? '' : ` (${value})`
    return `  ${name.padEnd(width)} ${description.replaceAll('`', '')}${shown}`
  })
  return `\nEnvironment:\n${rows.join('\n')}`
}

function addTokenCommands(program: Command, context: CliContext): void {
  const token = program.command('token').description('make, list and revoke tokens of the management API')
  token
    .command('create')
    .description('make a token; its secret goes to standard output, this once')
    .requiredOption('--name <name>', 'what the token is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles))
    .addOption(
      new Option('--permission <permission...>', 'what it may do, instead of a role; several may be given')
        .choices(permissions)
        .conflicts('role'),
    )
    .option('--expires-at <instant>', 'when it ends, such as 2030-01-01T00:00:00Z; never by default')
    .option('--expires-in <duration>', 'the same from now: 30m, 12h, 90d, 4w')
    .action(async (options: NewTokenOptions) =>
      (await import('./token.ts')).createTokenCommand(context, options),
    )
  token
    .command('list')
    .description('show all tokens, the newest first, never their secrets')
    .action(async () => (await import('./token.ts')).listTokensCommand(context))
  token
    .command('revoke')
    .description('end a token at once and for good')
    .argument('<id>', 'as `token list` shows it')
    .action(async (id: string) => (await import('./token.ts')).revokeTokenCommand(context, id))
}

function addStatsCommands(program: Command, context: CliContext): void {
  program
    .command('stats')
    .description('show what was counted')
    .command('ads')
    .description('draw how often ads were shown and clicked, by days in UTC')
    .option('--from <day>', 'the first day, such as 2030-01-01; the first of all by default')
    .option('--to <day>', 'the last day; the last of all by default')
    .addOption(
      new Option('--by <key...>', 'what there is a line for each of; several may be given')
        .choices(statsKeys)
        .default(['placement']),
    )
    .action(async (options: AdStatsOptions) => (await import('./stats.ts')).adStatsCommand(context, options))
}

function addExportCommand(program: Command, context: CliContext): void {
  program
    .command('export')
    .description('write everything but tokens, counts and the audit log as NDJSON, while servers go on')
    .option(
      '--out <path>',
      'a file or folder that is not there yet; NDJSON goes to standard output by default',
    )
    .addOption(
      new Option('--format <format>', 'all of it as NDJSON, or what is public as a folder of files')
        .choices(exportFormats)
        .default('ndjson'),
    )
    .action(async (options: ExportOptions) => (await import('./export.ts')).exportCommand(context, options))
}

function addMoveCommand(program: Command, context: CliContext): void {
  program
    .command('move')
    .description('copy the database into another, empty one, SQLite or PostgreSQL, and compare all of it')
    .requiredOption(
      '--to <url>',
      'file:<path> or postgres://<user>@<host>/<database>; its password may come from PGPASSWORD. What was broken off goes on',
    )
    .action(async (options: { to: string }) => (await import('./move.ts')).moveCommand(context, options))
}

function addBackupCommands(program: Command, context: CliContext): void {
  const passphraseHelp = 'the passphrase comes from BACKUP_PASSPHRASE'
  program
    .command('backup')
    .description('write the database as it is now to a file, while servers go on, and check that file')
    .argument('<file>', 'a file that is not there yet')
    .option('--encrypt', `encrypt the file, in the format of age; ${passphraseHelp}`)
    .action(async (file: string, { encrypt = false }: { encrypt?: boolean }) =>
      (await import('./backup.ts')).backupCommand(context, file, { encrypt }),
    )
  program
    .command('restore')
    .description('make a backup the database, after checking it; no server may run')
    .argument('<file>', `what \`backup\` wrote; ${passphraseHelp}`)
    .option('--replace', 'where there is a database, keep it under another name and take its place')
    .action(async (file: string, { replace = false }: { replace?: boolean }) =>
      (await import('./backup.ts')).restoreCommand(context, file, { replace }),
    )
}

function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('look through the database for what is not as it should be; fails when something is left')
    .option('--repair', 'mend what can be mended, and say what was done')
    .option('--json', 'write what was found to standard output as JSON')
    .action(async (options: DoctorOptions) => (await import('./doctor.ts')).doctorCommand(context, options))
}

/** Runs one command line. Commands load what they need when they run. Throws what the command throws. */
export async function runProgram(
  args: readonly string[],
  context: CliContext,
  version: string,
): Promise<void> {
  const program = new Command('copydesk')
    .description('Headless CMS for news publishers')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(copydesk --help lists the commands)')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })

  program
    .command('serve')
    .description('migrate the database and serve the API')
    .option('--seed', 'publish the source article when the database is empty')
    .addHelpText('after', environmentHelp())
    .action(async ({ seed = false }: { seed?: boolean }) =>
      (await import('./serve.ts')).serveCommand(context, { seed }),
    )

  program
    .command('worker', { hidden: true })
    .description('serve beside others; `serve` starts it')
    .action(async () => (await import('./worker.ts')).workerCommand(context))

  program
    .command('migrate')
    .description('bring the database to the newest migration')
    .action(async () => (await import('./migrate.ts')).migrateCommand(context))

  program
    .command('seed')
    .description('publish the source article')
    .action(async () => (await import('./seed.ts')).seedCommand(context))

  program
    .command('import')
    .description('import an archive as drafts: pages, WordPress, Ghost, feeds, ninjs, our own NDJSON')
    .argument('<path...>', 'files, or folders with such files')
    .addOption(
      new Option('--format <format>', 'what the files are; told by their content by default').choices(
        importFormats,
      ),
    )
    .option('--publish', 'publish what the source calls published')
    .option('--base-url <url>', 'where relative links lead that the source gives no address for')
    .option('--dry-run', 'read and check only; write nothing')
    .option(
      '--report <file>',
      'write what became of each item, and what of it could not be carried over, as NDJSON',
    )
    .option('--json', 'write the same to standard output, and nothing else')
    .action(async (paths: string[], options: ImportFlags) =>
      (await import('./import.ts')).importCommand(context, paths, options),
    )

  addExportCommand(program, context)

  program
    .command('import-sellers')
    .description('take over an ads.txt, app-ads.txt or sellers.json; live at once')
    .argument('<path>', 'the file')
    .addOption(
      new Option('--file <name>', 'which file it is; by the name of the path when not given').choices(
        sellerFiles,
      ),
    )
    .option('--replace', 'take out what the file does not have, so that the stored one is just this')
    .option('--dry-run', 'tell what would be done; write nothing')
    .action(async (path: string, options: ImportSellersOptions) =>
      (await import('./import-sellers.ts')).importSellersCommand(context, path, options),
    )

  addTokenCommands(program, context)
  addStatsCommands(program, context)
  addBackupCommands(program, context)
  addDoctorCommand(program, context)
  addMoveCommand(program, context)

  program
    .command('openapi')
    .description('print the OpenAPI description')
    .option('--check', 'fail when openapi/openapi.json differs')
    .option('--write', 'write openapi/openapi.json')
    .action(async ({ check = false, write = false }: { check?: boolean; write?: boolean }) =>
      (await import('./openapi.ts')).openapiCommand(context, { check, write }),
    )

  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    // Commander has printed what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) throw new UsageError(error.exitCode)
    throw error
  }
}
