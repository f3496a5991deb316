import type { ArchivedTrace } from '../contract/export-article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import { tellChange } from './change-log.ts'
import { goneTypes } from './restore-articles.ts'
import { restoreOldPaths } from './restore-old-paths.ts'
import type { RestoreResult } from './restored.ts'
import { claimSlugs } from './slugs.ts'

/** Restores what is known of an article that was public and was deleted for good. Throws `slug-taken`. */
export async function restoreTrace(
  tx: Writer,
  actor: Actor,
  { id, slugs, oldPaths, gone }: ArchivedTrace,
): Promise<RestoreResult> {
  const slug = slugs.at(-1)?.slug ?? null
  const result = { id, slug, reason: null }
  if ((await tx.articles.findVersions(id)) !== undefined)
    return { ...result, outcome: 'unchanged', reason: 'the article is here' }
  const known = await tx.slugs.publicOf(id)
  const missing = slugs.filter((each) => !known.has(each.slug)).map((each) => ({ ...each, articleId: id }))
  await claimSlugs(tx, missing)
  await tx.slugs.remember(missing)
  const { added, losses: lost } = await restoreOldPaths(tx, [{ id, oldPaths }])
  const losses = lost.get(id) ?? []
  const isToldGone = gone === null || (await tx.articleReferences.goneOf([id])).has(id)
  if (!isToldGone) await tx.publications.remove(id, gone.reason, gone.publicReason, gone.at)
  if (missing.length === 0 && added === 0 && isToldGone) return { ...result, outcome: 'unchanged', losses }
  await tellChange(tx, {
    type: gone === null ? 'article.purged' : goneTypes[gone.reason],
    subject: { type: 'article', id, slug },
    actor,
    previous: null,
    next: null,
    details: { imported: 'copydesk' },
    reason: gone?.reason,
    visibility: gone === null ? 'hidden' : 'public',
  })
  return { ...result, outcome: 'created', losses }
}
