import type { FastifyInstance } from 'fastify'
import { installGuard } from '../auth/guard.ts'
import { recordUsage } from '../auth/usage.ts'
import type { Actor } from '../contract/permissions.ts'
import { managementPrefix } from '../http/areas.ts'
import { networkOf } from '../http/network.ts'
import { createRateLimit, type RateLimitOptions } from '../http/rate-limit.ts'
import { installWriteLimit } from '../http/write-limit.ts'
import type { Db } from '../store/index.ts'

interface AccessOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly buckets: RateLimitOptions['buckets']
  readonly settings: {
    readonly adminToken: string | undefined
    /** 0 for no limit. */
    readonly writesPerSecond: number
    readonly writeBurst: number
    /** 0 for no limit. */
    readonly failedAuthPerMinute: number
  }
}

/**
 * Who may come in, and how much of it: tokens, permissions and limits of the management API, for all routes that
 * are declared afterwards.
 */
export function installAccess(app: FastifyInstance, { db, clock, buckets, settings }: AccessOptions): void {
  const usage = recordUsage({
    save: (uses) =>
      db.write(async (tx) => {
        for (const { tokenId, ...use } of uses) await tx.tokens.markUsed(tokenId, use)
      }),
    clock,
    onFailure: (err) => app.log.warn({ err }, 'cannot save when tokens were last used'),
  })
  app.addHook('onClose', () => usage.close())

  const failures = createRateLimit({
    policy: 'failed-authentication',
    perSecond: settings.failedAuthPerMinute / 60,
    burst: Math.max(1, settings.failedAuthPerMinute),
    clock,
    buckets,
    detail: 'Too many wrong tokens came from this address.',
  })
  installGuard(app, {
    prefix: managementPrefix,
    adminToken: settings.adminToken,
    findToken: (secretHash) => db.lookUp((reader) => reader.tokens.findByHash(secretHash)),
    clock,
    onUse: usage.note,
    onFailure: async (address) => (await failures?.count(networkOf(address)))?.problem,
  })

  const limit = createRateLimit({
    policy: 'writes',
    perSecond: settings.writesPerSecond,
    burst: settings.writeBurst,
    clock,
    buckets,
    detail: 'The token has used up its writes for the moment.',
  })
  const keyOf = ({ actor }: { actor: Actor }) => actor.tokenId ?? actor.name
  if (limit) installWriteLimit(app, { limit, keyOf })
}
