import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/**
 * The token of a delivered placement: which placement, on which page, on which UTC day, and an HMAC-SHA256 over
 * them, cut to 128 bits. It is the same for all who read that day, so that answers stay cacheable.
 */

const dayMs = 86_400_000
const payloadLength = 16 + 16 + 4
const signatureLength = 16
/** The page that is no article. */
const noArticle = '00000000-0000-0000-0000-000000000000'
/** Every page asks for the tokens of its placements again whenever anything is published. */
const mostKept = 10_000

export interface AdTokenClaims {
  readonly placementId: string
  readonly articleId: string | null
}

/** What tokens are signed with. */
export interface AdTokenKey {
  readonly secret: KeyObject
  /** Tokens that were signed with it, by what they say. */
  readonly signed: LRUCache<string, string>
}

/** Made once, because it signs faster than the bytes of the secret do. */
export function adTokenKeyOf(secret: Uint8Array): AdTokenKey {
  return { secret: createSecretKey(secret), signed: new LRUCache({ max: mostKept }) }
}

/** Signs a placement for the UTC day of `nowMs` (milliseconds since 1970). */
export function signAdToken(key: AdTokenKey, claims: AdTokenClaims, nowMs: number): string {
  const day = Math.floor(nowMs / dayMs)
  const { placementId, articleId } = claims
  const name = `${placementId} ${articleId} ${day}`
  const token = key.signed.get(name) ?? signed(key, claims, day)
  key.signed.set(name, token)
  return token
}

function signed(key: AdTokenKey, { placementId, articleId }: AdTokenClaims, day: number): string {
  const payload = Buffer.alloc(payloadLength)
  payload.write(placementId.replaceAll('-', ''), 0, 'hex')
  payload.write((articleId ?? noArticle).replaceAll('-', ''), 16, 'hex')
  payload.writeUInt32BE(day, 32)
  return Buffer.concat([payload, signatureOf(key, payload)]).toString('base64url')
}

/** What a token says, when it is ours and not older than 48 hours; undefined otherwise. */
export function verifyAdToken(key: AdTokenKey, token: string, nowMs: number): AdTokenClaims | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== payloadLength + signatureLength || bytes.toString('base64url') !== token)
    return undefined
  const payload = bytes.subarray(0, payloadLength)
  if (!timingSafeEqual(bytes.subarray(payloadLength), signatureOf(key, payload))) return undefined
  const ageMs = nowMs - payload.readUInt32BE(32) * dayMs
  if (ageMs < 0 || ageMs >= 2 * dayMs) return undefined
  const articleId = uuidOf(payload.subarray(16, 32))
  return {
    placementId: uuidOf(payload.subarray(0, 16)),
    articleId: articleId === noArticle ? null : articleId,
  }
}

function signatureOf({ secret }: AdTokenKey, payload: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, signatureLength)
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
