import { LRUCache } from 'lru-cache'
import type { DeliveredSlot } from '../contract/ad.ts'
import { StoredJson } from '../contract/stored-json.ts'
import type { ArticleAds } from '../store/published-parts.ts'
import type { AnswerTimes } from './answering.ts'
import { adTimes } from './caching.ts'

/** For all articles; what was not asked for the longest goes first. */
const mostBytes = 16 * 1_048_576
/** What an entry takes besides its bytes, roughly. */
const overheadBytes = 512

/** The ads of a published article, written once. */
export interface ShownAds {
  readonly slots: StoredJson<DeliveredSlot[]>
  /** Undefined where the clock changes nothing, because there is no slot. */
  readonly times: AnswerTimes | undefined
}

/** The article as it was published, and the revision of what its ads are chosen from. */
interface Asked extends ArticleAds {
  readonly id: string
  readonly version: number
}

export interface KeptAds {
  /** What is kept for the article at `nowMs` (milliseconds since 1970), or what `choose` finds for that instant. */
  of(article: Asked, nowMs: number, choose: () => DeliveredSlot[]): ShownAds
}

interface Kept extends ShownAds {
  readonly version: number
  readonly revision: string
}

const none: ShownAds = { slots: new StoredJson(Buffer.from('[]')), times: undefined }

/**
 * The ads that articles show, kept by the version of the article and the revisions of what they are chosen from, until
 * the clock changes them: the choice among hundreds and the writing of its result take as long as the rest of the
 * article. It needs no telling of changes, because neither a version nor a revision comes twice.
 */
export function createShownAds(): KeptAds {
  const kept = new LRUCache<string, Kept>({
    maxSize: mostBytes,
    sizeCalculation: ({ slots, revision }) => overheadBytes + slots.bytes.length + revision.length,
  })
  return {
    of(article, nowMs, choose) {
      const { id, version, revision, slots, adCandidates } = article
      if (slots.length === 0) return none
      const known = kept.get(id)
      if (known?.version === version && known.revision === revision && isNow(known, nowMs)) return known
      const shown = {
        slots: new StoredJson<DeliveredSlot[]>(Buffer.from(JSON.stringify(choose()))),
        times: adTimes(adCandidates.flat(), nowMs),
      }
      kept.set(id, { ...shown, version, revision })
      return shown
    },
  }
}

/** A clock that was set back is believed, too. */
function isNow({ times }: ShownAds, nowMs: number): boolean {
  if (!times) return true
  return Date.parse(times.changedAt) <= nowMs && nowMs < times.untilMs
}
