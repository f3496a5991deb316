import { actorOf } from '../auth/tokens.ts'
import { Problem } from '../contract/errors.ts'
import { type Actor, type Grant, permissionsOfGrant } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'

interface Handed extends Grant {
  readonly expiresAt: string | null
}

/**
 * The actor as they are within this transaction: a token that was revoked or cut down since the request began
 * has no say over tokens any more. Throws `unauthenticated`, `forbidden`.
 */
export async function presentActor(tx: Writer, actor: Actor): Promise<Actor> {
  if (actor.tokenId === null) return actor
  const token = await tx.tokens.find(actor.tokenId)
  const present = token && actorOf(token, tx.now)
  if (present?.permissions.includes('tokens.write')) return present
  if (present) throw new Problem('forbidden', 'The token lacks the permission tokens.write.')
  throw new Problem('unauthenticated', 'The token is unknown, has expired or was revoked.', {
    headers: { 'www-authenticate': 'Bearer' },
  })
}

/**
 * Nobody gives more than they have: whoever hands out a secret needs every permission of its token, and must not
 * end before it does. Throws `forbidden`.
 */
export function checkHandsOut(actor: Actor, token: Handed): void {
  const missing = permissionsOfGrant(token).filter((permission) => !actor.permissions.includes(permission))
  if (missing.length > 0)
    throw new Problem('forbidden', `Your own token lacks what this one has: ${missing.join(', ')}.`, {
      extensions: { missingPermissions: missing },
    })
  const end = actor.expiresAt ?? null
  if (end !== null && (token.expiresAt === null || token.expiresAt > end))
    throw new Problem('forbidden', `Your own token expires at ${end}, and this one must not outlive it.`)
}
