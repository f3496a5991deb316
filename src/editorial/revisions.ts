import { can } from '../auth/can.ts'
import type { ArticleContent, ArticleSnapshot } from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Reader, Writer } from '../store/index.ts'
import type { RevisionState } from '../store/revisions.ts'
import { invalidTransition } from './allowed-actions.ts'
import { checkVersion, type Expected, getForEdit } from './articles.ts'
import { tellChange } from './change-log.ts'
import { keepContent } from './working-copy.ts'

/**
 * Makes an old version of an article its working copy again, as a new version: the content and the links, in
 * their order and with their ids and keys. A section, tag or author that was deleted since is left out, and the
 * slug of today stays where the old one is another article's by now: neither may keep an editor from the text.
 * What is public stays. Throws `not-found`, `forbidden`, `invalid-transition`, `version-mismatch`.
 */
export async function restoreRevision(
  tx: Writer,
  actor: Actor,
  articleId: string,
  version: number,
  expected: Expected,
): Promise<StoredArticle> {
  // A revision that is not there is not found whatever the version (RFC 9110, section 13.2.1).
  const article = await getForEdit(tx, actor, articleId, 'any')
  const { snapshot } = await tx.revisions.get(articleId, version)
  checkVersion(article, expected)
  const { related, ...old } = snapshot
  const content = {
    ...(await withExistingTerms(tx, old)),
    slug: await takeBackSlug(tx, article, old.slug),
  }
  const previousRelated = await tx.relatedLinks.listOf(articleId)
  await tx.relatedLinks.replace(articleId, related)
  const details = { restoredVersion: version }
  return keepContent(tx, actor, article, { content, related, previousRelated, details })
}

/** The old slug where it is free or was this article's all the time, else the one of today. */
async function takeBackSlug(tx: Writer, { id, content }: StoredArticle, slug: string): Promise<string> {
  if (slug === content.slug || !(await tx.slugs.reserve(slug, id))) return content.slug
  await tx.slugs.release(content.slug, id)
  return slug
}

/** The content without sections, tags and authors that are not there any more. */
export async function withExistingTerms(
  tx: Pick<Reader, 'terms'>,
  content: Omit<ArticleSnapshot, 'related'>,
): Promise<ArticleContent> {
  const { sectionId, tagIds, authors } = content
  const sections = await tx.terms.existing('section', sectionId === null ? [] : [sectionId])
  const tags = await tx.terms.existing('tag', tagIds)
  const people = await tx.terms.existing(
    'author',
    authors.map((author) => author.authorId),
  )
  return {
    ...content,
    sectionId: sectionId !== null && sections.has(sectionId) ? sectionId : null,
    tagIds: tagIds.filter((id) => tags.has(id)),
    authors: authors.filter((author) => people.has(author.authorId)),
  }
}

/**
 * Keeps a version whatever its age, or no longer. A version has no version of its own: what was last said holds.
 * Throws `not-found`, `forbidden`, `invalid-transition` (the article is in the trash).
 */
export async function pinRevision(
  tx: Writer,
  actor: Actor,
  articleId: string,
  version: number,
  pinned: 'pinned' | 'unpinned',
): Promise<RevisionState> {
  if (!can(actor, 'articles.edit'))
    throw new Problem('forbidden', 'The token lacks the permission articles.edit.')
  const article = await tx.articles.get(articleId)
  const { snapshot: _snapshot, ...state } = await tx.revisions.get(articleId, version)
  if (article.trashedAt !== null) throw invalidTransition(article, actor, 'an edit')
  const isPinned = pinned === 'pinned'
  if (state.pinned === isPinned) return state
  await tx.revisions.setPinned(articleId, version, pinned)
  await tellChange(tx, {
    type: isPinned ? 'revision.pinned' : 'revision.unpinned',
    subject: { type: 'article', id: articleId, slug: article.content.slug },
    actor,
    previous: { pinned: state.pinned },
    next: { pinned: isPinned },
    version,
    visibility: 'hidden',
  })
  return { ...state, pinned: isPinned }
}
