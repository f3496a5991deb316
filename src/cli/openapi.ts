import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describeApi } from '../app.ts'
import { packageFile } from '../package.ts'
import { type CliContext, CommandError } from './context.ts'

const committed = packageFile('openapi/openapi.json')

interface OpenApiOptions {
  readonly check: boolean
  readonly write: boolean
}

/** `copydesk openapi`: prints the description of the API, writes it to the checkout, or compares it with that. */
export async function openapiCommand(
  { stdout }: CliContext,
  { check, write }: OpenApiOptions,
): Promise<void> {
  const text = `${JSON.stringify(await describeApi(), null, 2)}\n`
  if (write) writeFileSync(committed, text)
  else if (!check) stdout.write(text)
  else if (!existsSync(committed) || readFileSync(committed, 'utf8') !== text)
    throw new CommandError(
      'openapi/openapi.json is not what the routes say; run: npm run copydesk -- openapi --write',
    )
}
