import type { FastifyInstance, FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import { operationOf } from './operations.ts'

/** Made once: its observers belong to the process and cannot be taken down with an app. */
let processMetrics: Registry | undefined

function metricsOfProcess(): Registry {
  if (processMetrics === undefined) {
    processMetrics = new Registry()
    collectDefaultMetrics({ register: processMetrics })
  }
  return processMetrics
}

/** A request as metrics count it. */
export interface Answered {
  readonly method: string
  /** The pattern of the route. */
  readonly route: string
  readonly status: number
}

/**
 * Counts and times every request, a batch as one, but for streams that are open. Labels are bounded: the route's pattern and never the path. Other rooms add
 * their own metrics to the registry that is returned.
 */
export function installMetrics(app: FastifyInstance): {
  registry: Registry
  /** Counts a request that was answered past the router. */
  observe: (answered: Answered, seconds: number) => void
} {
  const registry = new Registry()
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const inFlight = new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are not answered yet.',
    registers: [registry],
  })
  const observe = ({ method, route, status }: Answered, seconds: number) =>
    duration.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds)
  app.addHook('onRequest', (request, reply, done) => {
    if (isCounted(request)) {
      inFlight.inc()
      // Also where the client has left, when there is no `onResponse`.
      reply.raw.once('close', () => inFlight.dec())
    }
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (operationOf(request)) return done()
    if (!isCounted(request) && reply.statusCode === 200) return done()
    const { url: route = 'unmatched' } = request.routeOptions
    const method = app.supportedMethods.includes(request.method as 'GET') ? request.method : 'other'
    observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1_000)
    done()
  })
  return { registry, observe }
}

/** Neither operations of a batch, which is counted as one, nor streams, which have metrics of their own. */
function isCounted(request: FastifyRequest): boolean {
  return !operationOf(request) && request.routeOptions.config.isEndless !== true
}

interface MetricsOptions {
  readonly registry: Registry
  /** Gives away how to read the metrics of this process, where several serve, and answers how to read those of all. */
  readonly share?: (
    readOwn: () => ReturnType<Registry['getMetricsAsJSON']>,
  ) => (() => Promise<string>) | undefined
}

/** `GET /metrics` for Prometheus. */
export function registerMetrics(app: FastifyInstance, { registry, share }: MetricsOptions): void {
  const own = () => Registry.merge([registry, metricsOfProcess()])
  const read = share?.(() => own().getMetricsAsJSON()) ?? (() => own().metrics())
  const text = z.string().meta({ examples: ['# TYPE http_requests_in_flight gauge\n'] })
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary:
          'Reads the metrics of the process, or of all workers together, in the Prometheus text format.',
        tags: ['System'],
        response: { 200: { description: 'The metrics.', content: { 'text/plain': { schema: text } } } },
      },
    },
    async (_request, reply) => {
      const metrics = await read()
      return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).header('cache-control', 'no-store').send(metrics)
    },
  )
}
