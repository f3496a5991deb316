import { managementPrefix } from '../../src/http/areas.ts'
import { startServer } from '../support/server.ts'
import { type Canaries, createCanaries } from './canaries.ts'
import { type Answer, createClient } from './client.ts'
import { faultsOfAnswer } from './invariants.ts'
import { listOperations, type Operation, statusesOf } from './operations.ts'
import { type Asker, makeAskers } from './principals.ts'
import { createTargets } from './targets.ts'
import { watchDatabase } from './unchanged.ts'
import { writesOf } from './write.ts'
import { fillZoo } from './zoo.ts'

const env = {
  PUBLIC_URL: 'https://news.example',
  RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '0',
  RATE_LIMIT_WRITES_PER_SECOND: '0',
}
const now = Date.parse('2026-01-01T00:00:00Z')

export type Sweep = Awaited<ReturnType<typeof startSweep>>

/** A server full of what must stay hidden, everybody who might ask, and checks for what they are answered. */
export async function startSweep() {
  const server = await startServer({ env, clock: now })
  const canaries = createCanaries()
  const write = writesOf(server)
  const zoo = await fillZoo(write, canaries, now)
  const { askers, secrets } = await makeAskers(server)
  for (const secret of secrets) canaries.watch(secret, 'a token')
  const operations = listOperations(server.routes)
  const client = createClient(server.app)
  const faults: string[] = []
  let read = 0

  return {
    server,
    zoo,
    canaries,
    askers,
    operations,
    client,
    targets: createTargets(server, zoo, write),
    faults,
    database: watchDatabase(server),

    /** Says what was done; it is to be seen among the results. */
    report(name: string, counts: Readonly<Record<string, number>>): void {
      const all = { ...counts, requests: client.count(), unexpected: faults.length }
      const words = Object.entries(all).map(([what, count]) => `${what} ${count}`)
      process.stdout.write(`${name}: operations ${operations.length}, ${words.join(', ')}\n`)
    },

    /** Notes what is wrong with answers, by what the log says of where they came from. */
    check(answers: readonly Answer[]): void {
      const logged = readLog(server.logLines.slice(read))
      read = server.logLines.length
      for (const answer of answers) {
        const found = [
          ...faultsOfAnswer(answer),
          ...faultsOfRoute(answer, logged.get(answer.requestId) ?? [], operations),
          ...leaksIn(answer, { canaries, askers }),
        ]
        const { as, sent, status } = answer
        const where = `${as}: ${sent.method} ${sent.target} ${JSON.stringify(sent.headers ?? [])}`
        faults.push(...found.map((fault) => `${where}: ${status} ${fault} | ${answer.text.slice(0, 300)}`))
      }
    },

    /** Notes lines of the log that are none, and secrets in it. */
    checkLog(): void {
      for (const line of server.logLines) {
        if (!isJsonObject(line)) faults.push(`no JSON in the log: ${line}`)
        if (secrets.some((secret) => line.includes(secret))) faults.push(`a token in the log: ${line}`)
      }
    },
  }
}

interface LogEntry {
  readonly requestId: string
  readonly route: string | undefined
  readonly status: number
}

/** What the log says of requests that were answered, by their ids. */
function readLog(lines: readonly string[]): Map<string, LogEntry[]> {
  const entries = lines
    .filter((line) => line.includes('"request completed"'))
    .map((line) => JSON.parse(line) as LogEntry)
  return Map.groupBy(entries, ({ requestId }) => requestId)
}

function isJsonObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

/** Whether an answer is one that the route can give which made it. */
function faultsOfRoute(
  { sent, status, headers }: Answer,
  logged: readonly LogEntry[],
  operations: readonly Operation[],
): string[] {
  const [entry] = logged
  // What Node could not read is answered before there is a request to log.
  if (!entry) return [400, 417, 431].includes(status) ? [] : ['is not in the log']
  if (logged.length > 1 || entry.status !== status) return ['is in the log in another way']
  const path = entry.route?.replace(/:(\w+)/g, '{$1}')
  const allowed = allowedStatuses(sent.method, path, operations)
  const isShared = path?.startsWith(managementPrefix) && headers['access-control-allow-origin'] !== undefined
  return [
    ...(allowed.includes(status) ? [] : [`is not described for ${path}`]),
    ...(isShared ? ['is shared with other origins'] : []),
  ]
}

function allowedStatuses(
  method: string,
  path: string | undefined,
  operations: readonly Operation[],
): number[] {
  const operation = operations.find((candidate) => candidate.path === path && candidate.method === method)
  if (operation?.described) return statusesOf(operation)
  // The pages of the documentation, which the description does not describe.
  if (
    operation ||
    (['GET', 'HEAD'].includes(method) && operations.some((other) => other.path === `${path}/`))
  )
    return [200, 302, 304, 400, 404]
  if (path === undefined || path === '*') return [400, 404, 414]
  return method === 'OPTIONS' ? [204, 400] : [405, 400]
}

/** What an answer shows that whoever gets it may not see. */
function leaksIn(
  { as, sent, status, headers, text }: Answer,
  { canaries, askers }: { canaries: Canaries; askers: readonly Asker[] },
): string[] {
  const asker = askers.find(({ name }) => name === as)
  const mayRead = (asker?.permissions ?? []).length > 0 && /manage/i.test(decodedOnce(sent.target))
  const isPreview = status === 200 && sent.target.includes('token=')
  if (mayRead || isPreview) return []
  const shown = `${JSON.stringify(headers)} ${text}`
  return canaries.findIn(shown, `${sent.target} ${sent.body ?? ''}`).map((place) => `shows ${place}`)
}

function decodedOnce(target: string): string {
  return target.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
