import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'

/** A check that takes longer counts as failed. */
const checkTimeoutMs = 2_000

interface HealthOptions {
  /** What must work for requests to be served, by name; a check fails by rejecting. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
}

/** `GET /healthz`: the process answers. `GET /readyz`: what it depends on works too. */
export function registerHealth(app: FastifyInstance, { checks }: HealthOptions): void {
  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Tells whether the process is alive.',
        tags: ['System'],
        response: { 200: z.strictObject({ status: z.literal('ok') }) },
      },
    },
    (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )

  const readiness = z
    .strictObject({ status: z.literal('ready'), checks: z.record(z.string(), z.literal('ok')) })
    .meta({ examples: [{ status: 'ready', checks: { database: 'ok' } }] })
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Tells whether requests can be served.',
        tags: ['System'],
        response: { 200: readiness },
      },
    },
    async (request, reply) => {
      const names = Object.keys(checks)
      const results = await Promise.allSettled(Object.values(checks).map((check) => withTimeout(check)))
      const failed = names.filter((_name, index) => results[index]?.status === 'rejected')
      if (failed.length > 0) {
        request.log.warn({ failed, errors: results.flatMap(reasonOf) }, 'not ready')
        const extensions = { failedChecks: failed }
        throw new Problem('unavailable', `Not ready: ${failed.join(', ')}.`, { extensions })
      }
      const passed = Object.fromEntries(names.map((name) => [name, 'ok']))
      return reply.header('cache-control', 'no-store').send({ status: 'ready', checks: passed })
    },
  )
}

function reasonOf(result: PromiseSettledResult<void>): string[] {
  return result.status === 'rejected' ? [String(result.reason)] : []
}

async function withTimeout(check: () => Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error(`no result in ${checkTimeoutMs} ms`)), checkTimeoutMs)
  try {
    await Promise.race([check(), promise])
  } finally {
    clearTimeout(timer)
  }
}
