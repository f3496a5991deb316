import { firstPath as seededPath } from './scenarios.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { benchToken } from './token.ts'

/** A server to measure. */
export interface Target {
  readonly name: string
  start(): Promise<ServerProcess>
}

interface CopydeskOptions {
  readonly databaseUrl: string
  readonly args?: readonly string[]
  /** Settings beside those that every run has. */
  readonly env?: Readonly<Record<string, string>>
  /** The path whose first 200 says that it is started; an article of the seed when absent. */
  readonly firstPath?: string
}

/** Copydesk as `npm start` runs it, over this database. */
export function startCopydesk({
  databaseUrl,
  args = [],
  env = {},
  firstPath = seededPath,
}: CopydeskOptions): Promise<ServerProcess> {
  return startServer({
    script: 'src/launch.mjs',
    args: () => ['serve', ...args],
    env: (port) => ({
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'warn',
      ADMIN_TOKEN: benchToken,
      // What is measured is the program and not its limits.
      RATE_LIMIT_WRITES_PER_SECOND: '0',
      OVERLOAD_TURN_MS: '0',
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://news.example',
      ...env,
    }),
    firstPath,
  })
}

/** A bare server that repeats what Copydesk answered. */
export function bareTarget(name: string, script: string, recordingsFile: string): Target {
  const args = (port: number) => [recordingsFile, String(port)]
  return { name, start: () => startServer({ script, args, firstPath: seededPath }) }
}
