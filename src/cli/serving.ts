import type { FastifyInstance } from 'fastify'
import { buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import type { Db } from '../store/index.ts'
import type { Instance } from '../workers/instance.ts'
import { CommandError } from './context.ts'

/** How long what is under way has to be completed, in milliseconds. */
export const drainLimitMs = 10_000

interface AppOptions {
  readonly config: Config
  readonly instance?: Instance
}

/** The program over a database that is migrated. */
export async function appOver(db: Db, options: AppOptions): Promise<FastifyInstance> {
  const adTokenSecret = await db.write((tx) => tx.secrets.getOrMake('ad-token'))
  const previewTokenSecret = await db.write((tx) => tx.secrets.getOrMake('preview-token'))
  return buildApp({ ...options, db, adTokenSecret, previewTokenSecret })
}

/** Listens where the settings say; `sayAt` gives what is logged of each URL. Throws CommandError naming the setting. */
export async function listen(
  app: FastifyInstance,
  { host, port }: Config,
  sayAt: (url: string) => string,
): Promise<void> {
  try {
    await app.listen({ host, port, listenTextResolver: sayAt })
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
