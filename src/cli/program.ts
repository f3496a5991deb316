import { Command, CommanderError } from 'commander'
import { describeConfig } from '../config.ts'
import type { CliContext } from './context.ts'

/** Says what is wrong, what to do, and that the exit code is 1; help and version end well. */
export class UsageError extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super('usage')
    this.exitCode = exitCode
  }
}

function environmentHelp(): string {
  const rows = describeConfig().map(({ name, default: value, description }) => {
    const shown = value === '' ? '' : ` (${value})`
    return `  ${name.padEnd(15)} ${description.replaceAll('`', '')}${shown}`
  })
  return `\nEnvironment:\n${rows.join('\n')}`
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
    .option('--seed', 'publish the source article when the database is empty', false)
    .addHelpText('after', environmentHelp())
    .action(async (options: { seed: boolean }) => (await import('./serve.ts')).serveCommand(context, options))

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
    .description('import article pages in plain text, as drafts')
    .argument('<path...>', 'files, or folders with .txt files')
    .option('--publish', 'publish what is imported', false)
    .option('--dry-run', 'read and check only; write nothing', false)
    .action(async (paths: string[], options: { publish: boolean; dryRun: boolean }) =>
      (await import('./import.ts')).importCommand(context, paths, options),
    )

  program
    .command('openapi')
    .description('print the OpenAPI description')
    .option('--check', 'fail when openapi/openapi.json differs', false)
    .option('--write', 'write openapi/openapi.json', false)
    .action(async (options: { check: boolean; write: boolean }) =>
      (await import('./openapi.ts')).openapiCommand(context, options),
    )

  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    // Commander has printed what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) throw new UsageError(error.exitCode)
    throw error
  }
}
