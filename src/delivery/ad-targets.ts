import { LRUCache } from 'lru-cache'
import type { PublicDb } from '../store/index.ts'

/** Some megabytes; what was not clicked for the longest goes first. */
const mostKept = 10_000

interface Target {
  readonly url: string
  /** The newest public change in the snapshot that it was read from. */
  readonly version: number
  /** RFC 3339; null where it does not end. */
  readonly endsAt: string | null
}

/**
 * Where ads lead that are shown now. A rush of clicks is a rush on few ads, so each is read once for each public change:
 * that it is paused, taken back or given another address is one, and at its end it is over.
 */
export function createAdTargets(db: PublicDb, clock: () => number) {
  const kept = new LRUCache<string, Target>({ maxSize: mostKept, sizeCalculation: () => 1 })
  return {
    /** The URL as browsers write it; undefined where the placement is not shown now, or leads nowhere. */
    async find(placementId: string): Promise<string | undefined> {
      const now = new Date(clock()).toISOString()
      const known = kept.get(placementId)
      if (known && known.version === db.publicVersion() && (known.endsAt === null || now < known.endsAt))
        return known.url
      const { shown, version } = await db.published(async (published) => ({
        shown: await published.findShownCreative(placementId),
        version: (await published.findState()).seq,
      }))
      const clickUrl = shown?.creative.clickUrl ?? null
      if (!shown || clickUrl === null) return undefined
      const url = new URL(clickUrl).href
      kept.set(placementId, { url, version, endsAt: shown.endsAt })
      return url
    },
  }
}
