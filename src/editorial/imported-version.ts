import type { ArticlePatch } from '../contract/article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { hashOf, patchContent, type SiteSettings } from './content.ts'
import { asPublished, makePublic } from './publishing.ts'
import { nextVersion, recordVersion, type Version } from './versions.ts'

/** An import, as the version says who brought it in. */
interface ImportedVersion {
  readonly actor: Actor
  /** What was read, such as `page`. */
  readonly system: string
  /** Whether it goes public. */
  readonly publish: boolean
}

/** Keeps the version that an import has made, and tells of it. */
export function recordImported(
  tx: Writer,
  version: Version & { readonly previous: Version | null },
  { actor, system, publish }: ImportedVersion,
): Promise<void> {
  const written = version.previous === null ? 'article.created' : 'article.updated'
  return recordVersion(tx, {
    ...version,
    actor,
    type: publish ? 'article.published' : written,
    visibility: publish ? 'public' : 'hidden',
    details: { imported: system },
  })
}

/** Writes what an import has found changed of an article that it knows: the next version, under the slug it has. */
export async function updateImported(
  tx: Writer,
  previous: Version,
  { patch, related }: { readonly patch: ArticlePatch; readonly related: readonly RelatedLink[] },
  imported: ImportedVersion & SiteSettings,
): Promise<StoredArticle> {
  const { slug } = previous.article.content
  const content = { ...patchContent(previous.article.content, patch, imported), slug }
  const changed = {
    ...nextVersion(tx, imported.actor, previous.article),
    content,
    contentHash: hashOf({ ...content, related }),
  }
  const article = imported.publish ? asPublished(changed, tx.now) : changed
  await tx.together([
    tx.articles.update(previous.article, article),
    tx.relatedLinks.replace(article.id, related),
    imported.publish && makePublic(tx, article, related),
    recordImported(tx, { previous, article, related }, imported),
  ])
  return article
}
