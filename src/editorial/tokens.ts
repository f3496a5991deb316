import { v7 as newId } from 'uuid'
import { hashTokenSecret, newTokenSecret } from '../auth/tokens.ts'
import { systemActor } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import { referenceOf } from './versions.ts'

/** Makes an admin token when there is no token at all; answers its secret, which is kept nowhere. */
export async function makeFirstToken(tx: Writer): Promise<string | undefined> {
  if (await tx.tokens.any()) return undefined
  const secret = newTokenSecret()
  const id = newId()
  await tx.tokens.insert({
    id,
    name: 'first admin token',
    role: 'admin',
    permissions: [],
    secretHash: hashTokenSecret(secret),
    expiresAt: null,
    revokedAt: null,
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
  })
  await tx.changes.append({
    type: 'token.created',
    subject: { type: 'token', id, slug: null },
    actor: referenceOf(systemActor),
    visibility: 'hidden',
  })
  return secret
}
