import { isDatabaseUrl, readConfig } from '../config.ts'
import { moveDatabase } from '../moving/move.ts'
import { type CliContext, CommandError } from './context.ts'
import { showSteps } from './progress.ts'

/** `copydesk move --to URL`: copies the database into another, empty one, and compares all that it holds then. */
export async function moveCommand(context: CliContext, { to }: { readonly to: string }): Promise<void> {
  const { databaseUrl } = readConfig(context.env)
  // The URL is not repeated: it may hold a password.
  if (!isDatabaseUrl(to))
    throw new CommandError('--to must be file:<path> or postgres://<user>:<password>@<host>/<database>')
  const start = performance.now()
  let shown: { readonly name: string; readonly steps: ReturnType<typeof showSteps> } | undefined
  const end = () => {
    shown?.steps.stop()
    shown = undefined
  }
  try {
    const moved = await moveDatabase({
      from: databaseUrl,
      to,
      onProgress(name, done, total) {
        if (shown?.name !== name) {
          end()
          shown = { name, steps: showSteps(context.stderr, name, { isRateShown: true }) }
        }
        shown.steps.reach(done, total)
      },
    })
    end()
    const seconds = (performance.now() - start) / 1_000
    const resumed = moved.copied < moved.rows ? `, ${moved.copied} of them now` : ''
    context.stdout.write(
      `moved ${moved.rows} rows of ${moved.tables} tables from ${moved.from} to ${moved.to}${resumed}, up to change ${moved.lastChange}, in ${seconds.toFixed(1)} s; every row was compared\n` +
        'nobody could write to either meanwhile; what is written to the old one from now on is not in the new one: give every server the new DATABASE_URL\n',
    )
  } finally {
    end()
  }
}
