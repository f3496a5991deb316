import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { AdTokenKey } from '../ads/token.ts'
import type { Config } from '../config.ts'
import { type AdCounter, createAdCounter } from '../counting/counter.ts'
import type { Db } from '../store/index.ts'

interface AdCounterParts {
  readonly config: Config
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly registry: Registry
  readonly adTokenKey: AdTokenKey
}

/** Counts what readers see of ads, until the server closes and all of it is written. */
export function installAdCounter(app: FastifyInstance, { config, ...parts }: AdCounterParts): AdCounter {
  const counter = createAdCounter({
    ...parts,
    repeatMs: config.adRepeatMinutes * 60_000,
    onFailure: (err) => app.log.warn({ err }, 'events of ads cannot be written; it is tried again'),
    onLoss: (events) => app.log.error({ events }, 'events of ads could not be written and are lost'),
  })
  app.addHook('onClose', () => counter.stop())
  return counter
}
