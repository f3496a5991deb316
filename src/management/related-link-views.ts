import type { ArticleReference } from '../contract/article-reference.ts'
import { Problem } from '../contract/errors.ts'
import type { ManagedRelatedLink, NotDeliveredReason } from '../contract/managed-related-link.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { Reader } from '../store/index.ts'

/** Links of a working copy with what has become of their targets; two queries however many they are. */
export async function viewLinks(
  reader: Reader,
  articleId: string,
  links: readonly RelatedLink[],
): Promise<ManagedRelatedLink[]> {
  const targets = await reader.articleReferences.find(links.flatMap((link) => link.articleId ?? []))
  const published = new Set((await reader.relatedLinks.listPublished(articleId)).map(identityOf))
  return links.map((link) => {
    const target = targets.get(link.articleId ?? '') ?? null
    const notDeliveredBecause = reasonOf(link, target, published.has(identityOf(link)))
    return { ...link, target, delivered: notDeliveredBecause === null, notDeliveredBecause }
  })
}

/** One of the links. Throws `not-found` when the id is none of theirs. */
export async function viewLink(
  reader: Reader,
  articleId: string,
  links: readonly RelatedLink[],
  linkId: string,
): Promise<ManagedRelatedLink> {
  const [view] = await viewLinks(
    reader,
    articleId,
    links.filter(({ id }) => id === linkId),
  )
  if (!view) throw new Problem('not-found', 'The article has no such link.')
  return view
}

function reasonOf(
  { articleId }: RelatedLink,
  target: ArticleReference | null,
  isPublished: boolean,
): NotDeliveredReason | null {
  if (articleId !== null && target === null) return 'target-deleted'
  if (target !== null && !target.isPublic) return 'target-not-public'
  return isPublished ? null : 'not-published'
}

/** Equal for the same link with the same target. */
function identityOf({ id, articleId, url }: RelatedLink): string {
  return `${id} ${articleId ?? url ?? ''}`
}
