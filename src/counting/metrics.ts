import { Counter, Gauge, type Registry } from 'prom-client'
import type { AdEventType } from '../contract/ad-event.ts'

/** What became of an event; `counted` is told when it is on the disk. */
export type AdEventOutcome =
  | 'counted'
  | 'invalid-token'
  | 'repeated'
  | 'bot'
  | 'prefetch'
  | 'overload'
  | 'placement-gone'

/** Counts what was counted and what was not. `waiting` gives how many events are not written yet. */
export function countingMetrics(registry: Registry, waiting: () => number) {
  const events = new Counter({
    name: 'copydesk_ad_events_total',
    help: 'Impressions, viewable impressions and clicks of ads, by what became of them.',
    labelNames: ['type', 'outcome'],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'copydesk_ad_event_writes_failed_total',
    help: 'Attempts to write counted events that failed; they are repeated.',
    registers: [registry],
  })
  new Gauge({
    name: 'copydesk_ad_events_waiting',
    help: 'Events of ads that are not written yet.',
    registers: [registry],
    collect() {
      this.set(waiting())
    },
  })
  return {
    note: (type: AdEventType, outcome: AdEventOutcome) => events.inc({ type, outcome }),
    failed: () => failures.inc(),
  }
}
