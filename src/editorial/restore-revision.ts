import { Problem } from '../contract/errors.ts'
import type { ArchivedRevision } from '../contract/export-article.ts'
import type { Writer } from '../store/index.ts'
import { hashOf } from './content.ts'
import type { RestoreResult } from './restored.ts'
import { contentOfLine } from './restored-content.ts'

/** Restores an earlier version of an article that is here. Throws `not-found`. */
export async function restoreRevision(
  tx: Writer,
  { type: _line, changeType: type, snapshot, ...state }: ArchivedRevision,
): Promise<RestoreResult> {
  const { articleId: id, version } = state
  const article = await tx.articles.findVersions(id)
  if (article === undefined)
    throw new Problem(
      'not-found',
      `Its article ${id} is not here; what stands against that one is told there.`,
    )
  const restored = { ...contentOfLine(snapshot), related: snapshot.related }
  const known = await tx.revisions.find(id, version)
  const result = { id, slug: snapshot.slug, reason: null }
  if (known !== undefined) {
    const isSame = hashOf(known.snapshot) === hashOf(restored)
    return {
      ...result,
      outcome: 'unchanged',
      reason: isSame ? null : `the version ${version} here is another one`,
    }
  }
  if (version > article.version)
    throw new Problem('conflict', `The article is at version ${article.version} here, before this one.`)
  await tx.revisions.append([{ ...state, type, snapshot: restored }])
  return { ...result, outcome: 'created' }
}
