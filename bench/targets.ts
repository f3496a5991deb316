import { firstPath } from './scenarios.ts'
import { type ServerProcess, startServer } from './server-process.ts'

/** A server to measure. */
export interface Target {
  readonly name: string
  start(): Promise<ServerProcess>
}

export const benchToken = 'bench-admin-token-of-at-least-32-characters'

interface CopydeskOptions {
  readonly databaseUrl: string
  readonly args?: readonly string[]
}

/** Copydesk as `npm start` runs it, over this database. */
export function startCopydesk({ databaseUrl, args = [] }: CopydeskOptions): Promise<ServerProcess> {
  return startServer({
    script: 'src/launch.mjs',
    args: () => ['serve', ...args],
    env: (port) => ({
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'warn',
      ADMIN_TOKEN: benchToken,
      // The load is of one token.
      RATE_LIMIT_WRITES_PER_SECOND: '0',
      NODE_ENV: 'production',
    }),
    firstPath,
  })
}

/** A bare server that repeats what Copydesk answered. */
export function bareTarget(name: string, script: string, recordingsFile: string): Target {
  const args = (port: number) => [recordingsFile, String(port)]
  return { name, start: () => startServer({ script, args, firstPath }) }
}
