import { can } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import type { RestoredLine } from '../contract/export-line.ts'
import type { Actor, Permission } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import { restorePlacement } from './ad-placements.ts'
import { restoreSlot } from './ad-slots.ts'
import { adjacentBy } from './adjacent.ts'
import { restoreAdvertiser } from './advertisers.ts'
import { restoreCollection } from './collections.ts'
import { restoreCreative } from './creatives.ts'
import { restoreArticles } from './restore-articles.ts'
import { restoreRevisions } from './restore-revisions.ts'
import { restoreTerm } from './restore-term.ts'
import { restoreTrace } from './restore-trace.ts'
import type { RestoreResult } from './restored.ts'
import { restoreSeller } from './sellers.ts'

/**
 * Restores lines of our own archive exactly: ids, versions, states and times. What is here in the same version or a
 * newer one stays. Articles that follow each other are written together, and so are their earlier versions. Answers in
 * order. Throws `forbidden` where the actor may not write such a thing, `slug-taken`, `key-taken` and `conflict` where something else has what a line needs, `invalid-body` where
 * it refers to what is not here.
 */
export async function restoreLines(
  tx: Writer,
  actor: Actor,
  lines: readonly RestoredLine[],
): Promise<RestoreResult[]> {
  for (const { type } of lines) requireMay(actor, type)
  const results: RestoreResult[] = []
  for (const alike of adjacentBy(lines, ({ type }) => type)) {
    const [articles, revisions] = [alike.filter(isOf('article')), alike.filter(isOf('revision'))]
    if (articles.length > 0) results.push(...(await restoreArticles(tx, actor, articles)))
    else if (revisions.length > 0) results.push(...(await restoreRevisions(tx, revisions)))
    else for (const line of alike) results.push(await restoreOne(tx, actor, line))
  }
  return results
}

const ofArticles: readonly Permission[] = ['articles.edit', 'articles.publish', 'articles.revive']

/** What it takes to write such a thing by hand: a line may bring it in any state. */
const needed: Readonly<Record<RestoredLine['type'], readonly Permission[]>> = {
  article: ofArticles,
  revision: ofArticles,
  'deleted-article': ofArticles,
  section: ['taxonomy.write'],
  tag: ['taxonomy.write'],
  author: ['taxonomy.write'],
  collection: ['collections.write'],
  'ad-slot': ['ads.write'],
  advertiser: ['ads.write'],
  creative: ['ads.write'],
  'ad-placement': ['ads.write'],
  seller: ['sellers.write'],
}

function requireMay(actor: Actor, type: RestoredLine['type']): void {
  const missing = needed[type].filter((permission) => !can(actor, permission))
  if (missing.length > 0)
    throw new Problem('forbidden', `To restore it takes the permission ${missing.join(', ')} too.`)
}

type LineOf<Type> = Extract<RestoredLine, { readonly type: Type }>

function isOf<Type extends RestoredLine['type']>(type: Type) {
  return (line: RestoredLine): line is LineOf<Type> => line.type === type
}

async function restoreOne(tx: Writer, actor: Actor, line: RestoredLine): Promise<RestoreResult> {
  switch (line.type) {
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
    case 'article':
    case 'revision':
      throw new Error('articles are restored together')
    default:
      return restoreTerm(tx, actor, line)
  }
}
