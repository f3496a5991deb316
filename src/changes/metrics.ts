import { Counter, Gauge, type Registry } from 'prom-client'

/** Counts who follows the stream of changes and what they are sent. */
export function streamMetrics(registry: Registry) {
  const clients = new Gauge({
    name: 'copydesk_change_stream_clients',
    help: 'Clients of the stream of changes.',
    registers: [registry],
  })
  const events = new Counter({
    name: 'copydesk_change_stream_events_total',
    help: 'Events that were sent to clients of the stream of changes.',
    registers: [registry],
  })
  const cut = new Counter({
    name: 'copydesk_change_stream_cut_total',
    help: 'Clients of the stream of changes that were cut off because they read too slowly.',
    registers: [registry],
  })
  return {
    joined: () => clients.inc(),
    left: () => clients.dec(),
    sent: (count: number) => events.inc(count),
    cut: () => cut.inc(),
  }
}

export type StreamMetrics = ReturnType<typeof streamMetrics>
