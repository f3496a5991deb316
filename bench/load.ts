import autocannon from 'autocannon'
import type { Scenario, WriteRequest } from './scenarios.ts'

/** One run of one scenario against one server. */
export interface Measurement {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Load {
  readonly origin: string
  readonly scenario: Scenario
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly seconds: number
  /** How many threads send; this one alone when absent. */
  readonly senders?: number | undefined
}

/** Sends one kind of request as fast as the connections allow. Throws when an answer is not the expected one. */
export async function measure({
  origin,
  scenario,
  headers,
  connections,
  seconds,
  senders = 1,
}: Load): Promise<Measurement> {
  const result = await autocannon({
    url: `${origin}${scenario.path}`,
    headers: { ...headers },
    connections,
    duration: seconds,
    ...(senders > 1 ? { workers: senders } : {}),
    ...(scenario.writes ? { requests: [madeBy(await scenario.writes(origin))] } : {}),
  })
  const statuses = Object.keys(result.statusCodeStats ?? {})
  if (result.errors > 0 || statuses.some((status) => status !== String(scenario.status))) {
    const seen = `${result.errors} errors, statuses ${statuses.join(', ')}`
    throw new Error(`${scenario.name} on ${origin} did not answer ${scenario.status} alone: ${seen}`)
  }
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}

/** A request that is made anew each time. */
function madeBy(make: () => WriteRequest): autocannon.Request {
  return {
    setupRequest: (request) => {
      const { method, path, body, headers } = make()
      const all = { ...request.headers, ...headers }
      return { ...request, method, path, body: JSON.stringify(body), headers: all }
    },
  }
}

/** The middle value; of an even number of values the upper middle one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
