import { v7 as newId } from 'uuid'
import { hashTokenSecret, newTokenSecret, statusOf } from '../auth/tokens.ts'
import type { ChangeType } from '../contract/change.ts'
import { Problem } from '../contract/errors.ts'
import { type Actor, type Grant, systemActor } from '../contract/permissions.ts'
import { roleRequired, type TokenInput, type TokenPatch } from '../contract/token.ts'
import type { Writer } from '../store/index.ts'
import type { StoredToken } from '../store/tokens.ts'
import { checkVersion, type Expected } from './articles.ts'
import { tellChange } from './change-log.ts'
import { checkHandsOut, presentActor } from './grants.ts'

/** A token and its new secret, which is kept nowhere. */
export interface TokenSecret {
  readonly token: StoredToken
  readonly secret: string
}

/** Makes a token. Throws `forbidden`, `unauthenticated`, `invalid-body`. */
export async function createToken(tx: Writer, actor: Actor, input: TokenInput): Promise<TokenSecret> {
  const expiresAt = input.expiresAt ?? null
  checkInFuture(expiresAt, tx.now)
  const secret = newTokenSecret()
  const token: StoredToken = {
    id: newId(),
    name: input.name,
    role: input.role ?? null,
    permissions: [...(input.permissions ?? [])],
    secretHash: hashTokenSecret(secret),
    previousSecretHash: null,
    previousExpiresAt: null,
    lastUsedAt: null,
    expiresAt,
    revokedAt: null,
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
  }
  checkHandsOut(await presentActor(tx, actor), token)
  await tx.tokens.insert(token)
  await tell(tx, actor, 'token.created', token, null)
  return { token, secret }
}

/** Makes an admin token when there is no token at all; answers its secret, which is kept nowhere. */
export async function makeFirstToken(tx: Writer): Promise<string | undefined> {
  if (await tx.tokens.any()) return undefined
  return (await createToken(tx, systemActor, { name: 'first admin token', role: 'admin' })).secret
}

/** Replaces name, grant and end; what is not sent falls back to none. Throws as `patchToken` does. */
export function replaceToken(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  input: TokenInput,
): Promise<StoredToken> {
  const none = { role: null, permissions: null, expiresAt: null }
  return patchToken(tx, actor, id, expected, { ...none, ...input })
}

/**
 * Changes a token, from now on and everywhere. Throws `not-found`, `version-mismatch`, `forbidden`,
 * `unauthenticated`, `invalid-transition` (revoked), `invalid-body`.
 */
export async function patchToken(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: TokenPatch,
): Promise<StoredToken> {
  const previous = await getForChange(tx, actor, id, expected)
  if (previous.revokedAt !== null) throw notPossible('revoked', 'changed')
  if (patch.expiresAt !== previous.expiresAt) checkInFuture(patch.expiresAt, tx.now)
  const token: StoredToken = {
    ...previous,
    ...patchGrant(previous, patch),
    name: patch.name ?? previous.name,
    expiresAt: patch.expiresAt === undefined ? previous.expiresAt : patch.expiresAt,
    version: previous.version + 1,
    updatedAt: tx.now,
  }
  checkHandsOut(await presentActor(tx, actor), token)
  await tx.tokens.update(previous, token)
  await tell(tx, actor, 'token.updated', token, previous)
  return token
}

/**
 * Gives a token a new secret; the present one works for `overlapSeconds` more, and any before it no longer.
 * Throws `not-found`, `version-mismatch`, `forbidden`, `unauthenticated`, `invalid-transition` (not active).
 */
export async function rotateToken(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  overlapSeconds: number,
): Promise<TokenSecret> {
  const previous = await getForChange(tx, actor, id, expected)
  const status = statusOf(previous, tx.now)
  if (status !== 'active') throw notPossible(status, 'rotated')
  const secret = newTokenSecret()
  const isOverlapping = overlapSeconds > 0
  const token: StoredToken = {
    ...previous,
    secretHash: hashTokenSecret(secret),
    previousSecretHash: isOverlapping ? previous.secretHash : null,
    previousExpiresAt: isOverlapping
      ? new Date(Date.parse(tx.now) + overlapSeconds * 1_000).toISOString()
      : null,
    version: previous.version + 1,
    updatedAt: tx.now,
  }
  await tx.tokens.update(previous, token)
  await tell(tx, actor, 'token.rotated', token, previous)
  return { token, secret }
}

/**
 * Revokes a token for good; it stays in the list. Nothing is given by that, so it takes no permissions of the
 * token. To revoke it again changes nothing. Throws `not-found`, `version-mismatch`, `forbidden`, `unauthenticated`.
 */
export async function revokeToken(tx: Writer, actor: Actor, id: string, expected: Expected): Promise<void> {
  await presentActor(tx, actor)
  const previous = await tx.tokens.get(id)
  if (previous.revokedAt !== null) return
  checkVersion(previous, expected)
  const token: StoredToken = {
    ...previous,
    previousSecretHash: null,
    previousExpiresAt: null,
    revokedAt: tx.now,
    version: previous.version + 1,
    updatedAt: tx.now,
  }
  await tx.tokens.update(previous, token)
  await tell(tx, actor, 'token.revoked', token, previous)
}

/** The token that the actor is about to change: one with nothing that they lack themselves. */
async function getForChange(tx: Writer, actor: Actor, id: string, expected: Expected): Promise<StoredToken> {
  const token = await tx.tokens.get(id)
  checkHandsOut(await presentActor(tx, actor), token)
  checkVersion(token, expected)
  return token
}

/** Role and permissions after a patch: one is set, the other is cleared by that. */
function patchGrant(
  previous: Grant,
  { role, permissions }: TokenPatch,
): Pick<StoredToken, 'role' | 'permissions'> {
  if (role != null) return { role, permissions: [] }
  if (permissions != null) return { role: null, permissions: [...permissions] }
  const kept = {
    role: role === null ? null : previous.role,
    permissions: permissions === null ? [] : [...previous.permissions],
  }
  if (kept.role !== null || kept.permissions.length > 0) return kept
  throw new Problem('invalid-body', 'The token would be left with nothing that it may do.', {
    errors: [{ pointer: '/role', code: 'required', detail: `The member \`role\` ${roleRequired}.` }],
  })
}

function checkInFuture(expiresAt: string | null | undefined, now: string): void {
  if (expiresAt == null || expiresAt > now) return
  throw new Problem('invalid-body', 'The token would have expired already.', {
    errors: [
      {
        pointer: '/expiresAt',
        code: 'in-past',
        detail: 'The member `expiresAt` must be in the future when it is set.',
      },
    ],
  })
}

function notPossible(status: 'expired' | 'revoked', done: string): Problem {
  return new Problem('invalid-transition', `A token that is ${status} cannot be ${done}.`, {
    extensions: { currentStatus: status, allowedActions: [] },
  })
}

/** Tells the change log, for the audit alone: never of a secret, nor of a hash. */
function tell(
  tx: Writer,
  actor: Actor,
  type: ChangeType,
  token: StoredToken,
  previous: StoredToken | null,
): Promise<void> {
  return tellChange(tx, {
    type,
    subject: { type: 'token', id: token.id, slug: null },
    actor,
    previous: previous && loggedState(previous),
    next: loggedState(token),
    version: token.version,
    details: { name: token.name },
    visibility: 'hidden',
  })
}

function loggedState({ name, role, permissions, expiresAt, revokedAt, previousExpiresAt }: StoredToken) {
  return { name, role, permissions, expiresAt, revokedAt, previousSecretExpiresAt: previousExpiresAt }
}
