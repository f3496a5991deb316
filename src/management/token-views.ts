import { statusOf } from '../auth/tokens.ts'
import { permissionsOfGrant } from '../contract/permissions.ts'
import type { ManagedToken, TokenWithSecret } from '../contract/token.ts'
import type { TokenSecret } from '../editorial/tokens.ts'
import { versionTag } from '../http/preconditions.ts'
import type { StoredToken } from '../store/tokens.ts'
import type { WriteAnswer } from './answers.ts'

/** A token as admins read it at `now`: nothing of its secrets. */
export function tokenView(token: StoredToken, now: string): ManagedToken {
  const { previousExpiresAt } = token
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    permissions: permissionsOfGrant(token),
    status: statusOf(token, now),
    expiresAt: token.expiresAt,
    lastUsedAt: token.lastUsedAt,
    previousSecretExpiresAt: previousExpiresAt !== null && previousExpiresAt > now ? previousExpiresAt : null,
    revokedAt: token.revokedAt,
    version: token.version,
    createdAt: token.createdAt,
    updatedAt: token.updatedAt,
  }
}

/** What answers with a new secret: this once, and never when the answer is repeated. */
export function secretAnswer({ token, secret }: TokenSecret, now: string): WriteAnswer<TokenWithSecret> {
  return {
    status: 200,
    headers: { etag: versionTag(token.version) },
    body: { ...tokenView(token, now), token: secret },
    secretMembers: ['token'],
  }
}
