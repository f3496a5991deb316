import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Actor, type Grant, permissionsOf, permissionsOfGrant } from '../contract/permissions.ts'
import { secretPrefix, type TokenStatus } from '../contract/token.ts'

/** A new bearer token: 256 random bits behind a prefix that secret scanners can know. */
export function newTokenSecret(): string {
  return `${secretPrefix}${randomBytes(32).toString('base64url')}`
}

const secretForm = new RegExp(`^${secretPrefix}[A-Za-z0-9_-]{43}$`)

/** True for what `newTokenSecret` could have made: anything else need not be looked for. */
export function isTokenSecret(secret: string): boolean {
  return secretForm.test(secret)
}

/**
 * What is stored of a token: SHA-256 in hexadecimal, over the whole secret however long. A random secret of this
 * length needs no slow hash. A token is found by its hash, so that how long it takes says nothing of secrets.
 */
export function hashTokenSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Compares in a time that says nothing of the secret. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(one).digest(),
    createHash('sha256').update(other).digest(),
  )
}

/** The actor behind `ADMIN_TOKEN`. */
export const adminActor: Actor = {
  tokenId: null,
  name: 'ADMIN_TOKEN',
  role: 'admin',
  permissions: permissionsOf('admin'),
}

interface Lifetime {
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

export interface TokenState extends Grant, Lifetime {
  readonly id: string
  readonly name: string
}

/** Whether a token works at `now`, and if not, why. */
export function statusOf({ expiresAt, revokedAt }: Lifetime, now: string): TokenStatus {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

interface StoredSecrets {
  readonly secretHash: string
  readonly previousSecretHash: string | null
  readonly previousExpiresAt: string | null
}

/** True while the secret with this hash opens the token: its own, or the one before while they overlap. */
export function isOpenedBy(token: StoredSecrets, secretHash: string, now: string): boolean {
  if (token.secretHash === secretHash) return true
  const { previousSecretHash, previousExpiresAt } = token
  return previousSecretHash === secretHash && previousExpiresAt !== null && previousExpiresAt > now
}

/** The actor behind a stored token; undefined when it has expired or was revoked. */
export function actorOf(token: TokenState, now: string): Actor | undefined {
  if (statusOf(token, now) !== 'active') return undefined
  const { id, name, role, expiresAt } = token
  return { tokenId: id, name, role, permissions: permissionsOfGrant(token), expiresAt }
}
