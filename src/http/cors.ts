import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isManagementRequest } from './areas.ts'

const preflightSeconds = 7_200

const deliveryExposes = ['ETag', 'Link', 'Location', 'X-Request-Id']

/** Delivery may be read from any site, without credentials. */
const deliveryCors: FastifyCorsOptions = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
  exposedHeaders: deliveryExposes,
}

/** What the plugin makes of that on every answer of delivery. */
export const deliveryCorsHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': deliveryExposes.join(', '),
}

/** Management may be used from the listed origins only, compared character by character. */
function managementCors(origins: readonly string[], request: FastifyRequest): FastifyCorsOptions {
  const { origin } = request.headers
  return {
    origin: origin !== undefined && origins.includes(origin) ? origin : false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    exposedHeaders: [
      'Allow',
      'ETag',
      'Idempotency-Replayed',
      'Link',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
  }
}

/** Answers preflights and sets the CORS headers, errors included. Which rule holds is decided by the path. */
export async function installCors(
  app: FastifyInstance,
  { managementOrigins }: { managementOrigins: readonly string[] },
): Promise<void> {
  await app.register(cors, {
    delegator: async (request: FastifyRequest) => ({
      ...(isManagementRequest(request) ? managementCors(managementOrigins, request) : deliveryCors),
      credentials: false,
      maxAge: preflightSeconds,
      // Other OPTIONS requests get their `Allow` from the route.
      preflight: isPreflight(request),
    }),
  })
  app.addHook('onRequest', (request, reply, done) => {
    // The plugin adds it to every answer; on delivery, which answers all origins alike, it would split caches.
    if (!isManagementRequest(request)) reply.removeHeader('vary')
    done()
  })
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}
