import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  type Actor,
  type Permission,
  permissions,
  permissionsOf,
  type Role,
} from '../contract/permissions.ts'

/** A new bearer token: 256 random bits behind a prefix that secret scanners can know. */
export function newTokenSecret(): string {
  return `copydesk_${randomBytes(32).toString('base64url')}`
}

/** What is stored of a token: SHA-256 in hexadecimal. A random secret of this length needs no slow hash. */
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

interface TokenState {
  readonly id: string
  readonly name: string
  readonly role: Role | null
  readonly permissions: readonly string[]
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

/** The actor behind a stored token; undefined when it has expired or was revoked. */
export function actorOf(token: TokenState, now: string): Actor | undefined {
  if (token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now)) return undefined
  const granted = permissions.filter((permission: Permission) => token.permissions.includes(permission))
  return {
    tokenId: token.id,
    name: token.name,
    role: token.role,
    permissions: token.role === null ? granted : permissionsOf(token.role),
  }
}
