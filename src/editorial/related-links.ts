import { v7 as newId } from 'uuid'
import { type Fault, Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import {
  mostLinks,
  type NewRelatedLink,
  type RelatedLink,
  type RelatedLinkPatch,
  type RelatedLinksInput,
} from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { checkVersion, type Expected, getForEdit } from './articles.ts'
import { findTargetFaults } from './related-link-checks.ts'
import { findShapeFaults, patchLink } from './related-link-patch.ts'
import { findPlaceFaults, placeLink, type UnplacedLink } from './related-link-places.ts'
import type { Version } from './versions.ts'
import { keepContent } from './working-copy.ts'

interface Relinked {
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
): Promise<Relinked> {
  const article = await getForEdit(tx, actor, articleId, expected)
  const previousLinks = await tx.relatedLinks.listOf(articleId)
  const known = new Map(previousLinks.map((link) => [link.id, link]))
  const checks = links.map((link, index) => ({
    link,
    keptTarget: known.get(link.id ?? '')?.articleId ?? null,
    pointer: `/links/${index}`,
  }))
  refuse([...(await findTargetFaults(tx, articleId, checks, [])), ...findIdFaults(links, known)])
  return keep(
    tx,
    actor,
    { article, related: previousLinks },
    links.map((link) => ({ ...link, id: link.id ?? newId() })),
  )
}

/** Adds a link, at its `position` or as the last one. Throws as `replaceRelatedLinks` does. */
export async function addRelatedLink(
  tx: Writer,
  actor: Actor,
  articleId: string,
  expected: Expected,
  { position, ...content }: NewRelatedLink,
): Promise<Relinked & { readonly id: string }> {
  const article = await getForEdit(tx, actor, articleId, expected)
  const others = await tx.relatedLinks.listOf(articleId)
  if (others.length >= mostLinks)
    throw new Problem('invalid-body', `The article has ${mostLinks} links, the most that it may have.`, {
      errors: [{ pointer: '', code: 'too-many', detail: `would be more than ${mostLinks} links` }],
    })
  const check = { link: content, keptTarget: null, pointer: '' }
  refuse([
    ...findPlaceFaults(position, others.length + 1),
    ...(await findTargetFaults(tx, articleId, [check], others)),
  ])
  const id = newId()
  const links = placeLink(others, { ...content, id }, position)
  return { ...(await keep(tx, actor, { article, related: others }, links)), id }
}

/** Changes a link, or moves it. Throws as `replaceRelatedLinks` does. */
export async function patchRelatedLink(
  tx: Writer,
  actor: Actor,
  articleId: string,
  linkId: string,
  expected: Expected,
  { position, ...patch }: RelatedLinkPatch,
): Promise<Relinked> {
  const { previous, link, others } = await getLinkForEdit(tx, actor, articleId, linkId, expected)
  const patched = patchLink(link, patch)
  const check = { link: patched, keptTarget: link.articleId, pointer: '' }
  refuse([
    ...findShapeFaults(patched, patch),
    ...findPlaceFaults(position, others.length + 1),
    ...(await findTargetFaults(tx, articleId, [check], others)),
  ])
  return keep(tx, actor, previous, placeLink(others, { ...patched, id: linkId }, position ?? link.position))
}

/** Removes a link; those after it move up. Throws `not-found`, `forbidden`, `version-mismatch`. */
export async function deleteRelatedLink(
  tx: Writer,
  actor: Actor,
  articleId: string,
  linkId: string,
  expected: Expected,
): Promise<Relinked> {
  const { previous, others } = await getLinkForEdit(tx, actor, articleId, linkId, expected)
  return keep(tx, actor, previous, others)
}

/** A link that is not there is not found whatever the version (RFC 9110, section 13.2.1). */
async function getLinkForEdit(
  tx: Writer,
  actor: Actor,
  articleId: string,
  linkId: string,
  expected: Expected,
) {
  const article = await getForEdit(tx, actor, articleId, 'any')
  const links = await tx.relatedLinks.listOf(articleId)
  const link = links.find(({ id }) => id === linkId)
  if (!link) throw new Problem('not-found', 'The article has no such link.')
  checkVersion(article, expected)
  const others = links.filter(({ id }) => id !== linkId)
  return { previous: { article, related: links }, link, others }
}

/** Keeps the links in the order given, as a new version of the article. */
async function keep(
  tx: Writer,
  actor: Actor,
  previous: Version,
  links: readonly UnplacedLink[],
): Promise<Relinked> {
  const related = links.map((link, index) => ({ ...link, position: index + 1 }))
  await tx.relatedLinks.replace(previous.article.id, related)
  const { content } = previous.article
  const written = { content, related, previousRelated: previous.related }
  const article = await keepContent(tx, actor, previous.article, written)
  return { article, related }
}

/** The ids of a sent list that are not those of links that are there, or stand twice. */
function findIdFaults(links: RelatedLinksInput['links'], known: ReadonlyMap<string, RelatedLink>): Fault[] {
  const seen = new Set<string>()
  const faults: Fault[] = []
  for (const [index, { id }] of links.entries()) {
    if (id === undefined) continue
    const pointer = `/links/${index}/id`
    if (!known.has(id))
      faults.push({
        pointer,
        code: 'not-found',
        detail: 'is not the id of a link of this article; leave it out for a new link',
      })
    else if (seen.has(id)) faults.push({ pointer, code: 'duplicate', detail: 'stands twice in the list' })
    seen.add(id)
  }
  return faults
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0)
    throw new Problem('invalid-body', 'The related links would not be valid.', { errors: faults })
}
