import { v7 as newId } from 'uuid'
import type { ArticleInput } from '../contract/article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { getForAction } from './actions.ts'
import { draftArticle, type Expected } from './articles.ts'
import type { SiteSettings } from './content.ts'
import { recordVersion } from './versions.ts'

/**
 * Makes a draft of the actor's own with the content and links of an article. The copy has its own id, slug and
 * link ids; external ids, which name the other one, are not copied, nor an embargo that is over.
 * Throws `not-found`, `forbidden`, `invalid-transition` (it is in the trash), `version-mismatch`.
 */
export async function duplicateArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  settings: SiteSettings,
): Promise<StoredArticle> {
  const original = await getForAction(tx, actor, 'duplicate', id, expected)
  const related = (await tx.relatedLinks.listOf(id)).map((link) => ({ ...link, id: newId() }))
  const { article, taking } = await draftArticle(tx, actor, inputOf(original, tx.now), related, settings)
  await tx.together([
    taking,
    tx.articles.insert(article),
    tx.relatedLinks.replace(article.id, related),
    recordVersion(tx, {
      previous: null,
      article,
      related,
      actor,
      type: 'article.created',
      visibility: 'hidden',
      details: { duplicateOf: id },
    }),
  ])
  return article
}

function inputOf({ content }: StoredArticle, now: string): ArticleInput {
  const { slug: _slug, externalIds: _ids, embargoUntil, tagIds, authors, custom, ...copied } = content
  const hasEmbargo = embargoUntil !== null && embargoUntil > now
  return {
    ...copied,
    tagIds: [...tagIds],
    authors: [...authors],
    custom: { ...custom },
    embargoUntil: hasEmbargo ? embargoUntil : null,
  }
}
