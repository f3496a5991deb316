import { Gauge, type Registry } from 'prom-client'
import type { ResponseCache } from '../delivery/response-cache.ts'
import type { Db } from '../store/index.ts'

/** Tells in metrics what this instance knows and keeps. */
export function registerGauges(
  registry: Registry,
  { db, cache }: { readonly db: Db; readonly cache: ResponseCache },
): void {
  new Gauge({
    name: 'copydesk_public_change',
    help: 'Number of the newest public change that this instance knows of.',
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.set(db.publicVersion() ?? 0)
    },
  })
  new Gauge({
    name: 'copydesk_response_cache_bytes',
    help: 'Bytes of the answers of the public API that are kept.',
    registers: [registry],
    collect() {
      this.set(cache.bytes())
    },
  })
}
