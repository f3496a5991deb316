import { deriveExcerpt } from '../body/excerpt.ts'
import { countWords, readingTimeMinutes } from '../body/measure.ts'
import { Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { getForAction } from './actions.ts'
import type { Expected } from './articles.ts'
import { recordVersion, referenceOf } from './versions.ts'

interface PublishOptions {
  /** Backdates the publication; the first time only. */
  readonly at?: string | undefined
}

/**
 * Copies the working copy to what the public sees. Publishing what is public already changes nothing.
 * Throws `invalid-transition`, `embargoed`, `version-mismatch`, `invalid-body` (`at`).
 */
export async function publishArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  { at }: PublishOptions,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, 'publish', id, expected)
  checkInstant(previous, at, tx.now)
  if (previous.status === 'published' && previous.contentHash === previous.publishedHash) return previous
  const related = await tx.relatedLinks.listOf(id)
  const article = asPublished(
    { ...previous, version: previous.version + 1, updatedBy: referenceOf(actor) },
    tx.now,
    at,
  )
  await tx.articles.update(previous, article)
  await makePublic(tx, article, related)
  await recordVersion(tx, { article, related, actor, type: 'article.published', visibility: 'public' })
  return article
}

/** The state of an article whose current version is published now. */
export function asPublished(article: StoredArticle, now: string, at?: string): StoredArticle {
  const firstPublishedAt = article.firstPublishedAt ?? now
  return {
    ...article,
    status: 'published',
    publishedVersion: article.version,
    publishedHash: article.contentHash,
    firstPublishedAt,
    publishedAt: article.publishedAt ?? at ?? firstPublishedAt,
    updatedAt: now,
  }
}

/** Writes what the public sees of an article, in the state that `asPublished` gave it. */
export async function makePublic(
  tx: Writer,
  article: StoredArticle,
  related: readonly RelatedLink[],
): Promise<void> {
  const { content } = article
  const { body, tagIds, authors, flags, externalIds: _ids, embargoUntil: _embargo, ...shown } = content
  const wordCount = countWords(body)
  await tx.publications.put({
    article: {
      ...shown,
      custom: { ...shown.custom },
      id: article.id,
      version: article.version,
      excerpt: content.excerpt ?? deriveExcerpt(body),
      adsAllowed: flags.adsAllowed,
      sensitive: flags.sensitive,
      publishedAt: article.publishedAt ?? tx.now,
      firstPublishedAt: article.firstPublishedAt ?? tx.now,
      updatedAt: tx.now,
      wordCount,
      readingTimeMinutes: readingTimeMinutes(wordCount),
    },
    body,
    tagIds,
    authors,
    related,
  })
  await tx.slugs.remember(content.slug, article.id, tx.now)
}

/** Takes the article back from the public. Throws `invalid-transition`, `version-mismatch`. */
export async function unpublishArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, 'unpublish', id, expected)
  const article: StoredArticle = {
    ...previous,
    status: 'unpublished',
    version: previous.version + 1,
    publishedVersion: null,
    publishedHash: null,
    updatedAt: tx.now,
    updatedBy: referenceOf(actor),
  }
  await tx.articles.update(previous, article)
  await tx.publications.remove(id, 'unpublished', null)
  await recordVersion(tx, {
    article,
    related: await tx.relatedLinks.listOf(id),
    actor,
    type: 'article.unpublished',
    visibility: 'public',
    payload: { reason: 'unpublished' },
  })
  return article
}

function checkInstant(article: StoredArticle, at: string | undefined, now: string): void {
  const { embargoUntil } = article.content
  if (embargoUntil !== null && embargoUntil > now)
    throw new Problem('embargoed', `The embargo ends at ${embargoUntil}.`, { extensions: { embargoUntil } })
  if (at === undefined) return
  const fault = (code: string, detail: string) =>
    new Problem('invalid-body', 'The instant of publication is not valid.', {
      errors: [{ pointer: '/at', code, detail }],
    })
  if (at > now) throw fault('in-future', 'must not be in the future')
  if (article.firstPublishedAt !== null)
    throw fault('not-first', 'backdates the first publication only, which has been')
}
