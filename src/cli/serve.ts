import closeWithGrace from 'close-with-grace'
import { buildApp } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import { makeFirstToken } from '../editorial/tokens.ts'
import { type CliContext, CommandError } from './context.ts'
import { openMigrated } from './database.ts'
import { seedEmpty } from './seed.ts'

const drainLimitMs = 10_000

/** `copydesk serve`: migrates, seeds when asked, listens until it is told to stop, and drains then. */
export async function serveCommand({ env, stderr }: CliContext, options: { seed: boolean }): Promise<void> {
  const config = readConfig(env)
  const { db, engine } = await openMigrated(config)
  try {
    if (options.seed) await seedEmpty(db, config.siteLanguage)
    if (config.adminToken === undefined) {
      const secret = await db.write(makeFirstToken)
      if (secret !== undefined) stderr.write(`admin token (shown this once): ${secret}\n`)
    }
    const adTokenSecret = await db.write((tx) => tx.secrets.getOrMake('ad-token'))
    const previewTokenSecret = await db.write((tx) => tx.secrets.getOrMake('preview-token'))
    const app = await buildApp({ config, db, adTokenSecret, previewTokenSecret })
    const closing = closeWithGrace({ delay: drainLimitMs, logger: app.log }, async ({ err }) => {
      if (err) app.log.fatal({ err }, 'stopping after an error')
      await app.close()
      await engine.close()
    })
    try {
      await listen(app, config)
    } catch (error) {
      // Else it would end the process as if it had been told to.
      closing.uninstall()
      throw error
    }
  } catch (error) {
    await engine.close()
    throw error
  }
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>, { host, port }: Config): Promise<void> {
  try {
    await app.listen({
      host,
      port,
      listenTextResolver: (address) => `listening on ${address}; API docs at ${address}/docs`,
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new CommandError(`PORT ${port} on ${host} is taken; stop what listens there or set another PORT`)
    if (code === 'EACCES')
      throw new CommandError(`PORT ${port} may not be opened by this user; set one above 1023`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new CommandError(`HOST ${host} is not an address of this machine`)
    throw error
  }
}
