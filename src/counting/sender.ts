import { createHmac, type KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isbot } from 'isbot'
import type { AdEventType } from '../contract/ad-event.ts'

/** Who sent an event, for as long as the request lasts: neither is kept. */
export interface Sender {
  readonly address: string
  readonly userAgent: string
  /** Why nothing of theirs is counted; undefined for readers. */
  readonly excludedAs: 'bot' | 'prefetch' | undefined
}

/** Browsers say so of what they fetch before anybody wants to see it: `Sec-Purpose`, and older names of it. */
const purposeHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const
const aheadOfTime = /\b(prefetch|prerender|preview)\b/i

export function senderOf({ ip, headers }: { ip: string; headers: IncomingHttpHeaders }): Sender {
  const userAgent = headers['user-agent'] ?? ''
  const isAhead = purposeHeaders.some((name) => aheadOfTime.test(String(headers[name] ?? '')))
  const excludedAs = isAhead ? 'prefetch' : isbot(userAgent) ? 'bot' : undefined
  return { address: ip, userAgent, excludedAs }
}

interface Told {
  readonly type: AdEventType
  readonly placementId: string
  readonly articleId: string | null
}

/**
 * What the same event of the same reader is known by: an HMAC over both, cut to 128 bits. It leads back to neither,
 * and those of one reader have nothing in common. `secret` signs ad tokens too, whose content has another length.
 */
export function repetitionKey(secret: KeyObject, told: Told, { address, userAgent }: Sender): string {
  const parts = ['event', told.type, told.placementId, told.articleId, address, userAgent]
  return createHmac('sha256', secret)
    .update(JSON.stringify(parts))
    .digest()
    .subarray(0, 16)
    .toString('base64url')
}
