import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../contract/errors.ts'
import type { Actor, Permission } from '../contract/permissions.ts'
import { actorOf, adminActor, hashTokenSecret, isSameSecret } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the guard on every management route. */
    actor: Actor
  }
}

type FoundToken = Parameters<typeof actorOf>[0]

interface GuardOptions {
  readonly adminToken: string | undefined
  readonly findToken: (secretHash: string) => Promise<FoundToken | undefined>
  readonly clock: () => number
}

/** In place of a permission, on routes that check for themselves what a token may do. */
export const anyToken = 'any-token'

/** Longer secrets are not looked at. */
const maxSecretLength = 1024

/**
 * Puts every route of this instance behind a token: who it is is found first, then whether the permission that
 * the route names is theirs. A route that names none stops the start.
 */
export function installGuard(app: FastifyInstance, { adminToken, findToken, clock }: GuardOptions): void {
  app.decorateRequest('actor', null as unknown as Actor)

  app.addHook('onRoute', (route) => {
    if (route.config?.permission === undefined)
      throw new Error(`the route ${route.method} ${route.url} names no permission`)
  })

  app.addHook('onRequest', async (request) => {
    request.actor = await authenticate(request)
    const permission = request.routeOptions.config.permission as Permission | typeof anyToken
    if (permission !== anyToken && !request.actor.permissions.includes(permission))
      throw new Problem('forbidden', `The token lacks the permission ${permission}.`)
  })

  async function authenticate(request: FastifyRequest): Promise<Actor> {
    const secret = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (secret === undefined) throw unauthenticated('Send a token as Authorization: Bearer <token>.')
    if (secret.length > maxSecretLength) throw unauthenticated()
    if (adminToken !== undefined && isSameSecret(secret, adminToken)) return adminActor
    const token = await findToken(hashTokenSecret(secret))
    const actor = token && actorOf(token, new Date(clock()).toISOString())
    if (!actor) throw unauthenticated()
    return actor
  }
}

function unauthenticated(detail = 'The token is unknown, has expired or was revoked.'): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } })
}
