import { Problem } from '../contract/errors.ts'
import type { ArchivedRevision } from '../contract/export-article.ts'
import type { Writer } from '../store/index.ts'
import type { Revision } from '../store/revisions.ts'
import { hashOf } from './content.ts'
import type { RestoreResult } from './restored.ts'
import { contentOfLine } from './restored-content.ts'

/** Restores earlier versions of articles that are here. Answers in order. Throws `not-found`, `conflict`. */
export async function restoreRevisions(
  tx: Writer,
  lines: readonly ArchivedRevision[],
): Promise<RestoreResult[]> {
  const ids = [...new Set(lines.map(({ articleId }) => articleId))]
  const versions = await tx.articles.versionsOf(ids)
  const nameOf = ({ articleId, version }: { articleId: string; version: number }) => `${articleId} ${version}`
  const kept = new Set((await tx.revisions.listVersions(ids)).map(nameOf))
  const added: Revision[] = []
  const results: RestoreResult[] = []
  for (const { type: _line, changeType: type, snapshot, ...state } of lines) {
    const { articleId: id, version } = state
    const newest = versions.get(id)
    if (newest === undefined)
      throw new Problem(
        'not-found',
        `Its article ${id} is not here; what stands against that one is told there.`,
      )
    const restored = { ...contentOfLine(snapshot), related: snapshot.related }
    const known = kept.has(nameOf(state)) ? await tx.revisions.find(id, version) : undefined
    if (known === undefined && version > newest)
      throw new Problem('conflict', `The article is at version ${newest} here, before this one.`)
    if (known === undefined) added.push({ ...state, type, snapshot: restored })
    const isSame = known === undefined || hashOf(known.snapshot) === hashOf(restored)
    results.push({
      id,
      slug: snapshot.slug,
      outcome: known === undefined ? 'created' : 'unchanged',
      reason: isSame ? null : `the version ${version} here is another one`,
    })
  }
  await tx.revisions.append(added)
  return results
}
