import closeWithGrace from 'close-with-grace'
import type { Config } from '../config.ts'
import type { Database } from './database.ts'
import { appOver, drainLimitMs, listen } from './serving.ts'

/** Serves by this process alone. */
export async function serveAlone(config: Config, { db, engine }: Database): Promise<void> {
  try {
    const app = await appOver(db, { config })
    const closing = closeWithGrace({ delay: drainLimitMs, logger: app.log }, async ({ err }) => {
      if (err) app.log.fatal({ err }, 'stopping after an error')
      await app.close()
      await engine.close()
    })
    try {
      await listen(app, config, (address) => `listening on ${address}; API docs at ${address}/docs`)
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
