import type { RestoredLine } from '../contract/export-line.ts'
import type { Actor } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import { restorePlacement } from './ad-placements.ts'
import { restoreSlot } from './ad-slots.ts'
import { restoreAdvertiser } from './advertisers.ts'
import { restoreCollection } from './collections.ts'
import { restoreCreative } from './creatives.ts'
import { restoreArticle } from './restore-article.ts'
import { restoreRevision } from './restore-revision.ts'
import { restoreTerm } from './restore-term.ts'
import { restoreTrace } from './restore-trace.ts'
import type { RestoreResult } from './restored.ts'
import { restoreSeller } from './sellers.ts'

/**
 * Restores a line of our own archive exactly: ids, versions, states and times. What is here in the same version or a
 * newer one stays. Throws `slug-taken`, `key-taken` and `conflict` where something else has what it needs, `invalid-body`
 * where it refers to what is not here.
 */
export function restoreLine(tx: Writer, actor: Actor, line: RestoredLine): Promise<RestoreResult> {
  switch (line.type) {
    case 'article':
      return restoreArticle(tx, actor, line)
    case 'revision':
      return restoreRevision(tx, line)
    case 'deleted-article':
      return restoreTrace(tx, actor, line)
    case 'collection':
      return restoreCollection(tx, actor, line)
    case 'ad-slot':
      return restoreSlot(tx, actor, line)
    case 'advertiser':
      return restoreAdvertiser(tx, actor, line)
    case 'creative':
      return restoreCreative(tx, actor, line)
    case 'ad-placement':
      return restorePlacement(tx, actor, line)
    case 'seller':
      return restoreSeller(tx, actor, line)
    default:
      return restoreTerm(tx, actor, line)
  }
}
