import { Counter, Histogram, type Registry } from 'prom-client'
import type { ScheduleDone } from './runner.ts'

/** Counts what the schedule does and how late it is. */
export function scheduleMetrics(registry: Registry) {
  const lateness = new Histogram({
    name: 'copydesk_schedule_lateness_seconds',
    help: 'How long after its instant a scheduled change was made.',
    labelNames: ['outcome'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'copydesk_schedule_failures_total',
    help: 'Scheduled changes that could not be made and are tried again.',
    registers: [registry],
  })
  return {
    done: ({ outcome, latenessMs }: ScheduleDone) => lateness.observe({ outcome }, latenessMs / 1_000),
    failed: () => failures.inc(),
  }
}
