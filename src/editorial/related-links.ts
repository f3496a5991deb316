import { v7 as newId } from 'uuid'
import { type Fault, Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink, RelatedLinksInput } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { type Expected, getForEdit } from './articles.ts'
import { hashOf } from './content.ts'
import { recordVersion, referenceOf } from './versions.ts'

interface Replaced {
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
}

/**
 * Makes `links` the whole list of an article's links, in this order, in one write. They are part of the article
 * and go public with its next publish. Throws `not-found`, `forbidden`, `version-mismatch`, `invalid-body`.
 */
export async function replaceRelatedLinks(
  tx: Writer,
  actor: Actor,
  articleId: string,
  expected: Expected,
  { links }: RelatedLinksInput,
): Promise<Replaced> {
  const previous = await getForEdit(tx, actor, articleId, expected)
  await checkLinks(tx, articleId, links)
  const related = links.map((link, index) => ({ ...link, id: link.id ?? newId(), position: index + 1 }))
  const article: StoredArticle = {
    ...previous,
    version: previous.version + 1,
    contentHash: hashOf({ ...previous.content, related }),
    updatedAt: tx.now,
    updatedBy: referenceOf(actor),
  }
  await tx.articles.update(previous, article)
  await tx.relatedLinks.replace(articleId, related)
  await recordVersion(tx, { article, related, actor, type: 'article.updated', visibility: 'hidden' })
  return { article, related }
}

/** Throws `invalid-body` naming every link that cannot be kept. */
async function checkLinks(tx: Writer, articleId: string, links: RelatedLinksInput['links']): Promise<void> {
  const known = new Set((await tx.relatedLinks.listOf(articleId)).map((link) => link.id))
  const targets = await tx.articles.existing(links.flatMap((link) => link.articleId ?? []))
  const seen = new Set<string>()
  const isRepeated = (value: string) => seen.size === seen.add(value).size
  const faults: Fault[] = []
  for (const [index, link] of links.entries()) {
    const fault = (member: string, code: string, detail: string) =>
      faults.push({ pointer: `/links/${index}/${member}`, code, detail })
    if (link.id !== undefined && !known.has(link.id))
      fault('id', 'not-found', 'is not the id of a link of this article; leave it out for a new link')
    else if (link.id !== undefined && isRepeated(link.id))
      fault('id', 'duplicate', 'stands twice in the list')
    if (link.articleId === articleId) fault('articleId', 'self', 'is this article itself')
    else if (link.articleId !== null && !targets.has(link.articleId))
      fault('articleId', 'not-found', 'there is no such article')
    const target = link.articleId ?? link.url
    if (target !== null && isRepeated(target))
      fault(
        link.articleId === null ? 'url' : 'articleId',
        'duplicate',
        'is the target of another link already',
      )
  }
  if (faults.length > 0)
    throw new Problem('invalid-body', 'The list of links is not valid.', { errors: faults })
}
