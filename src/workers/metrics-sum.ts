import { AggregatorRegistry } from 'prom-client'
import type { MetricsOfProcess } from './questions.ts'

/**
 * The metrics of the workers as one: sums, but for what says that it is to be taken another way. What an ended worker
 * had counted stays counted, as far as it was read: a sum that falls would look like a restart of all of them.
 */
export function createMetricsSum<Worker>() {
  const last = new Map<Worker, MetricsOfProcess>()
  let ofEnded: MetricsOfProcess = []

  return {
    /** Keeps what a worker has counted until now. */
    note(worker: Worker, metrics: MetricsOfProcess): void {
      last.set(worker, metrics)
    },

    /** The worker has ended: what it counted stays, and what it measured goes. */
    drop(worker: Worker): void {
      const counted = (last.get(worker) ?? []).filter(isCounted)
      last.delete(worker)
      // What an aggregated registry holds are the metrics with their values, whatever is declared of it.
      ofEnded = AggregatorRegistry.aggregate([ofEnded, counted]).getMetricsAsArray() as MetricsOfProcess
    },

    /** In the text format of Prometheus. */
    text: (): Promise<string> => AggregatorRegistry.aggregate([...last.values(), ofEnded]).metrics(),
  }
}

/** Counters and histograms alone, whose types prom-client writes as words, whatever it declares. */
function isCounted({ type }: MetricsOfProcess[number]): boolean {
  return ['counter', 'histogram'].includes(String(type))
}
