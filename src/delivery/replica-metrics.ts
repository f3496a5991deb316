import { Counter, Gauge, type Registry } from 'prom-client'
import type { Replicas } from '../store/index.ts'

type State = ReturnType<Replicas['states']>[number]

const labelNames = ['replica', 'host'] as const

/** Tells which copies of the database are read, and how far they are. `replica` is the place in the list, from 1. */
export function replicaMetrics(registry: Registry, replicas: Replicas): void {
  new Gauge({
    name: 'copydesk_primary_up',
    help: '1 while the primary database answers, 0 while public reads go on without it.',
    registers: [registry],
    aggregator: 'min',
    collect() {
      this.set(replicas.isPrimaryUp() ? 1 : 0)
    },
  })
  gauge('copydesk_replica_up', '1 while the replica is read, 0 while it is left out.', 'min', ({ isUp }) =>
    isUp ? 1 : 0,
  )
  gauge(
    'copydesk_replica_lag_seconds',
    'Time since the replica was last seen to have every public change.',
    'max',
    ({ lagMs }) => lagMs / 1_000,
  )
  gauge(
    'copydesk_replica_changes_behind',
    'Public changes that the replica does not have yet.',
    'max',
    ({ changesBehind }) => changesBehind,
  )
  new Counter({
    name: 'copydesk_replica_reads_total',
    help: 'Public reads by the replica: current answers, stale ones while the primary is down, and those that the primary was asked for as well.',
    labelNames: [...labelNames, 'outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [index, { name: host, reads }] of replicas.states().entries())
        for (const [outcome, count] of Object.entries(reads))
          this.inc({ replica: index + 1, host, outcome }, count)
    },
  })

  function gauge(
    name: string,
    help: string,
    aggregator: 'min' | 'max',
    read: (state: State) => number,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      aggregator,
      registers: [registry],
      collect() {
        for (const [index, state] of replicas.states().entries())
          this.set({ replica: index + 1, host: state.name }, read(state))
      },
    })
  }
}
