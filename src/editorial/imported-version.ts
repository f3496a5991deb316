import type { ArticlePatch } from '../contract/article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { hashOf, patchContent, type SiteSettings } from './content.ts'
import { asPublished, makePublic } from './publishing.ts'
import { nextVersion, recordVersions, type Version } from './versions.ts'

/** How a version was brought in. */
interface Imported {
  /** What was read, such as `page`. */
  readonly system: string
  /** Whether it goes public. */
  readonly publish: boolean
}

/** Keeps versions that an import has made, and tells of them. */
export function recordImported(
  tx: Writer,
  versions: readonly (Version & { readonly previous: Version | null } & Imported)[],
  actor: Actor,
): Promise<void> {
  return recordVersions(
    tx,
    versions.map(({ system, publish, previous, ...version }) => ({
      ...version,
      previous,
      actor,
      type: publish ? 'article.published' : previous === null ? 'article.created' : 'article.updated',
      visibility: publish ? 'public' : 'hidden',
      details: { imported: system },
    })),
  )
}

/** Writes what an import has found changed of an article that it knows: the next version, under the slug it has. */
export async function updateImported(
  tx: Writer,
  previous: Version,
  { patch, related }: { readonly patch: ArticlePatch; readonly related: readonly RelatedLink[] },
  imported: Imported &
    SiteSettings & {
      readonly actor: Actor
      /** When it was published where it comes from; null where that is not known or is nothing new. */
      readonly publishedAt: string | null
    },
): Promise<StoredArticle> {
  const { slug } = previous.article.content
  const content = { ...patchContent(previous.article.content, patch, imported), slug }
  const changed = {
    ...nextVersion(tx, imported.actor, previous.article),
    publishedAt: imported.publishedAt ?? previous.article.publishedAt,
    content,
    contentHash: hashOf({ ...content, related }),
  }
  const article = imported.publish ? asPublished(changed, tx.now) : changed
  await tx.together([
    tx.articles.update(previous.article, article),
    tx.relatedLinks.replace(article.id, related),
    imported.publish && makePublic(tx, { article, related }),
    recordImported(tx, [{ previous, article, related, ...imported }], imported.actor),
  ])
  return article
}
