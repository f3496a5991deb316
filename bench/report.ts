import { bar, columns } from '../src/cli/chart.ts'
import { type Measurement, median } from './load.ts'
import type { Scenario } from './scenarios.ts'

/** All rounds of one scenario, by the name of the target. */
export interface ScenarioResult {
  readonly scenario: Scenario
  readonly rounds: Readonly<Record<string, readonly Measurement[]>>
}

/** The middle round of each figure. */
export function medianOf(rounds: readonly Measurement[]): Measurement {
  return {
    requestsPerSecond: median(rounds.map((round) => round.requestsPerSecond)),
    p50Ms: median(rounds.map((round) => round.p50Ms)),
    p99Ms: median(rounds.map((round) => round.p99Ms)),
  }
}

/** Medians of one scenario, a line a target; `ratio` is the first target's rate over this one's. */
export function scenarioTable({ scenario, rounds }: ScenarioResult): string {
  const medians = Object.entries(rounds).map(([name, all]) => ({ name, ...medianOf(all) }))
  const largest = Math.max(...medians.map((row) => row.requestsPerSecond))
  const first = medians[0]?.requestsPerSecond ?? Number.NaN
  const rows = medians.map(({ name, requestsPerSecond, p50Ms, p99Ms }, index) => [
    name,
    requestsPerSecond.toFixed(0),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    index === 0 ? '' : (first / requestsPerSecond).toFixed(2),
    bar(requestsPerSecond, largest),
  ])
  const head = [scenario.name, 'requests/s', 'p50 ms', 'p99 ms', `${medians[0]?.name}/this`, '']
  return columns([head, ...rows])
}

/** Values with a unit, a line each; what could not be measured is a dash. */
export function valueTable(title: string, values: Readonly<Record<string, number | undefined>>): string {
  const largest = Math.max(...Object.values(values).filter((value) => value !== undefined))
  const rows = Object.entries(values).map(([name, value]) =>
    value === undefined ? [name, '-', ''] : [name, value.toFixed(0), bar(value, largest)],
  )
  return columns([[title, '', ''], ...rows])
}

/** How much more the second target of a scenario does than the first, beside so many times one. */
export function gainLine({ scenario, rounds }: ScenarioResult, times: number): string {
  const [one = Number.NaN, many = Number.NaN] = Object.values(rounds).map(
    (all) => medianOf(all).requestsPerSecond,
  )
  const gain = many / one
  return `${scenario.name}: ${gain.toFixed(2)} times one, ${(gain / times).toFixed(2)} of ${times} times one`
}

interface Writes {
  readonly results: readonly ScenarioResult[]
  /** Rows a second of the bare driver, one commit each, by the name of the database. */
  readonly raw: Readonly<Record<string, number>>
}

/** Writes over HTTP beside the bare driver on the same database, a table a database. */
export function writeTables({ results, raw }: Writes): string[] {
  return Object.entries(raw).map(([database, rawRate]) => {
    const rates = results
      .filter(({ scenario }) => scenario.writes !== undefined)
      .map(({ scenario, rounds }) => ({
        name: scenario.name,
        rate: medianOf(rounds[database] ?? []).requestsPerSecond,
      }))
    const rows = [{ name: 'one insert, one commit', rate: rawRate }, ...rates].map(({ name, rate }) => [
      name,
      rate.toFixed(0),
      (rate / rawRate).toFixed(2),
      bar(rate, rawRate),
    ])
    return columns([[`writes, ${database}`, '1/s', 'of the bare driver', ''], ...rows])
  })
}
