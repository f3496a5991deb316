import { type Measurement, measure } from './load.ts'
import { record } from './recording.ts'
import type { ScenarioResult } from './report.ts'
import { type Scenario, writeHeaders } from './scenarios.ts'
import type { ServerProcess } from './server-process.ts'

/** A started target. */
export interface Running {
  readonly name: string
  readonly server: ServerProcess
}

interface LoadOptions {
  readonly connections: number
  readonly rounds: number
  /** Of one round. */
  readonly seconds: number
  /** How many threads send. */
  readonly senders?: number
}

const warmUpSeconds = 1

/** Measures every scenario on every target. `say` gets a line a step. */
export async function compare(
  scenarios: readonly Scenario[],
  targets: readonly Running[],
  load: LoadOptions,
  say: (step: string) => void,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = []
  for (const scenario of scenarios) {
    const rounds = new Map<string, Measurement[]>(targets.map(({ name }) => [name, []]))
    // Round 0 warms up. The targets take turns, so that a slow moment of the machine meets them all.
    for (let round = 0; round <= load.rounds; round += 1) {
      for (const { name, server } of targets) {
        const result = await measure({
          origin: server.origin,
          scenario,
          headers: await conditionOf(server.origin, scenario),
          connections: load.connections,
          seconds: round === 0 ? warmUpSeconds : load.seconds,
          senders: load.senders,
        })
        const what = round === 0 ? 'warm-up' : `round ${round} of ${load.rounds}`
        say(`${scenario.name}, ${what}, ${name}: ${result.requestsPerSecond.toFixed(0)} requests/s`)
        if (round > 0) rounds.get(name)?.push(result)
      }
    }
    results.push({ scenario, rounds: Object.fromEntries(rounds) })
  }
  return results
}

async function conditionOf(
  origin: string,
  { path, conditional = false, writes }: Scenario,
): Promise<Readonly<Record<string, string>>> {
  if (writes) return writeHeaders
  if (!conditional) return {}
  const { headers } = await record(origin, path)
  if (headers.etag === undefined) throw new Error(`${path} has no ETag`)
  return { 'if-none-match': headers.etag }
}
