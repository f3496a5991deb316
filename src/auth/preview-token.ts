import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The token of a preview: which record and which article, and an HMAC-SHA256 over them, cut to 128 bits. When it
 * ends, and whether it was revoked, stands in its record.
 */

const payloadLength = 16 + 16
const signatureLength = 16

export interface PreviewClaims {
  readonly tokenId: string
  readonly articleId: string
}

export function signPreviewToken(secret: Uint8Array, { tokenId, articleId }: PreviewClaims): string {
  const payload = Buffer.from(`${tokenId}${articleId}`.replaceAll('-', ''), 'hex')
  return Buffer.concat([payload, signatureOf(secret, payload)]).toString('base64url')
}

/** What a token says, when it is ours; undefined otherwise. */
export function verifyPreviewToken(secret: Uint8Array, token: string): PreviewClaims | undefined {
  const bytes = Buffer.from(token, 'base64url')
  const isWhole = bytes.length === payloadLength + signatureLength && bytes.toString('base64url') === token
  if (!isWhole) return undefined
  const payload = bytes.subarray(0, payloadLength)
  if (!timingSafeEqual(bytes.subarray(payloadLength), signatureOf(secret, payload))) return undefined
  return { tokenId: uuidOf(payload.subarray(0, 16)), articleId: uuidOf(payload.subarray(16)) }
}

function signatureOf(secret: Uint8Array, payload: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, signatureLength)
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
