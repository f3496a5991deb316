import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describeApi } from '../app.ts'
import { describeArchive } from '../exports/schema.ts'
import { packageFile } from '../package.ts'
import { type CliContext, CommandError } from './context.ts'

/** What is written down of the program's contracts, and how it is made. */
const descriptions = [
  { path: 'openapi/openapi.json', describe: describeApi },
  { path: 'openapi/export-line.schema.json', describe: describeArchive },
] as const

interface OpenApiOptions {
  readonly check: boolean
  readonly write: boolean
}

/**
 * `copydesk openapi`: prints the description of the API; writes it to the checkout, with that of our archives, or
 * compares both with what is there.
 */
export async function openapiCommand(
  { stdout }: CliContext,
  { check, write }: OpenApiOptions,
): Promise<void> {
  if (!check && !write) {
    stdout.write(textOf(await describeApi()))
    return
  }
  for (const { path, describe } of descriptions) {
    const file = packageFile(path)
    const text = textOf(await describe())
    if (write) writeFileSync(file, text)
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
      throw new CommandError(`${path} is not what the program says; run: npm run copydesk -- openapi --write`)
  }
}

function textOf(description: object): string {
  return `${JSON.stringify(description, null, 2)}\n`
}
