import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../contract/errors.ts'
import { type Actor, anyToken, permissions } from '../contract/permissions.ts'
import {
  actorOf,
  adminActor,
  hashTokenSecret,
  isOpenedBy,
  isSameSecret,
  isTokenSecret,
  type TokenState,
} from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the guard on every management route. */
    actor: Actor
  }
}

export interface FoundToken extends TokenState {
  readonly secretHash: string
  readonly previousSecretHash: string | null
  readonly previousExpiresAt: string | null
  readonly lastUsedAt: string | null
}

interface GuardOptions {
  /** Every route below needs a token. */
  readonly prefix: string
  readonly adminToken: string | undefined
  /** The token with this SHA-256 of its present or previous secret, as it is stored at this moment. */
  readonly findToken: (secretHash: string) => Promise<FoundToken | undefined>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Told of every token that was let in. */
  readonly onUse: (token: FoundToken) => void
  /** Told of every wrong credential and where it came from; answers a problem for those who send too many. */
  readonly onFailure: (address: string) => Promise<Problem | undefined>
}

/**
 * Puts every route below the prefix behind a token, wherever it is declared: who it is is found first, then
 * whether the permission that the route names is theirs. A route that names none stops the start. The token is
 * looked up for each request: what was revoked or has expired opens nothing from that moment on, anywhere.
 */
export function installGuard(app: FastifyInstance, options: GuardOptions): void {
  const { prefix, adminToken, findToken, clock, onUse, onFailure } = options
  app.decorateRequest('actor', null as unknown as Actor)

  app.addHook('onRoute', ({ method, url, config }) => {
    const name = `the route ${method} ${url}`
    const isBelow = url.startsWith(prefix)
    const permission = config?.permission
    if (isBelow && permission === undefined && config?.needsNoToken !== true)
      throw new Error(`${name} names no permission`)
    if (!isBelow && permission !== undefined)
      throw new Error(`${name} names a permission but is not below ${prefix}`)
    if (permission !== undefined && permission !== anyToken && !permissions.includes(permission))
      throw new Error(`${name} names the unknown permission ${permission}`)
  })

  // Not an async function: the public routes pass here too, and need nothing of it.
  app.addHook('onRequest', (request, _reply, done) => {
    const permission = request.routeOptions.config?.permission
    if (permission === undefined) return done()
    const admit = async () => {
      request.actor = await authenticate(request)
      if (permission !== anyToken && !request.actor.permissions.includes(permission))
        throw new Problem('forbidden', `The token lacks the permission ${permission}.`)
    }
    admit().then(() => done(), done)
  })

  async function authenticate(request: FastifyRequest): Promise<Actor> {
    const { authorization } = request.headers
    if (authorization === undefined) throw unauthenticated(noToken)
    const secret = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1]
    const actor = secret === undefined ? undefined : await actorBehind(secret)
    // The token comes first: a good one is let in, however many bad ones came from the same address.
    if (actor) return actor
    throw (await onFailure(request.ip)) ?? unauthenticated(secret === undefined ? noToken : badToken)
  }

  async function actorBehind(secret: string): Promise<Actor | undefined> {
    if (adminToken !== undefined && isSameSecret(secret, adminToken)) return adminActor
    if (!isTokenSecret(secret)) return undefined
    const secretHash = hashTokenSecret(secret)
    const token = await findToken(secretHash)
    const now = new Date(clock()).toISOString()
    if (!token || !isOpenedBy(token, secretHash, now)) return undefined
    const actor = actorOf(token, now)
    if (actor) onUse(token)
    return actor
  }
}

const noToken = 'Send a token as Authorization: Bearer <token>.'
/** The same words whatever is wrong with it. */
const badToken = 'The token is unknown, has expired or was revoked.'

function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } })
}
