import { deriveExcerpt } from '../body/excerpt.ts'
import { countWords, readingTimeMinutes } from '../body/measure.ts'
import type { PublishInput } from '../contract/article-actions.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import type { Publication } from '../store/publications.ts'
import { getForAction, unscheduled } from './actions.ts'
import type { Expected } from './articles.ts'
import { checkPublishInstants } from './publish-instants.ts'
import { scheduleArticle } from './scheduling.ts'
import { nextVersion, recordVersion } from './versions.ts'
import { keepState } from './working-copy.ts'

/**
 * Copies the working copy to what the public sees, now, or leaves it for the instant `at`. Publishing what is
 * public already changes nothing. Throws `not-found`, `forbidden`, `invalid-transition`, `embargoed`,
 * `version-mismatch`, `invalid-body` (`at`, `unpublishAt`).
 */
export async function publishArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  input: PublishInput,
): Promise<StoredArticle> {
  const [previous, related] = await tx.together([
    getForAction(tx, actor, 'publish', id, expected),
    tx.relatedLinks.listOf(id),
  ])
  checkPublishInstants(previous, input, tx.now)
  const { at, unpublishAt = previous.unpublishAt } = input
  if (at !== undefined && at > tx.now) return scheduleArticle(tx, actor, previous, { at, unpublishAt })
  const isPublic = previous.status === 'published' && previous.contentHash === previous.publishedHash
  if (isPublic && previous.scheduledAt === null && unpublishAt === previous.unpublishAt) return previous
  const next = { ...nextVersion(tx, actor, previous), ...unscheduled, unpublishAt }
  if (isPublic) {
    // Only what is planned changes: the public sees what it saw.
    const type = unpublishAt === null ? 'article.unscheduled' : 'article.scheduled'
    return keepState(tx, actor, previous, next, { type, visibility: 'hidden' })
  }
  const article = asPublished(next, tx.now, at)
  await tx.together([
    tx.articles.update(previous, article),
    makePublic(tx, { article, related }),
    recordVersion(tx, {
      previous: { article: previous, related },
      article,
      related,
      actor,
      type: 'article.published',
      visibility: 'public',
    }),
  ])
  return article
}

/** The state of an article whose current version is published now. */
export function asPublished(article: StoredArticle, now: string, at?: string): StoredArticle {
  // One that was imported and never public here may know when it was published where it comes from.
  const firstPublishedAt = article.firstPublishedAt ?? article.publishedAt ?? now
  return {
    ...article,
    status: 'published',
    publishedVersion: article.version,
    publishedHash: article.contentHash,
    firstPublishedAt,
    publishedAt: (article.firstPublishedAt === null && at) || (article.publishedAt ?? at ?? firstPublishedAt),
    updatedAt: now,
  }
}

/** An article that goes public, in the state that `asPublished` gave it. */
export interface Going {
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
  /** Now, unless it is known to have been another time. */
  readonly updatedAt?: string | undefined
}

/** Writes what the public sees of an article. */
export async function makePublic(tx: Writer, going: Going): Promise<void> {
  await tx.together([
    tx.publications.put(publicationOf(going, tx.now)),
    tx.slugs.remember([slugOf(going, tx.now)]),
  ])
}

/** The same of articles of which the public never saw anything. */
export async function makeNewPublic(tx: Writer, all: readonly Going[]): Promise<void> {
  await tx.together([
    tx.publications.putNew(all.map((going) => publicationOf(going, tx.now))),
    tx.slugs.remember(all.map((going) => slugOf(going, tx.now))),
  ])
}

function slugOf({ article }: Going, now: string) {
  return { slug: article.content.slug, articleId: article.id, since: now }
}

/** What the public sees of an article. */
export function publicationOf({ article, related, updatedAt }: Going, now: string): Publication {
  const { content } = article
  const { body, tagIds, authors, flags, externalIds: _ids, embargoUntil: _embargo, ...shown } = content
  const wordCount = countWords(body)
  return {
    article: {
      ...shown,
      custom: { ...shown.custom },
      id: article.id,
      version: article.version,
      excerpt: content.excerpt ?? deriveExcerpt(body),
      corrections: [...article.corrections],
      adsAllowed: flags.adsAllowed,
      sensitive: flags.sensitive,
      publishedAt: article.publishedAt ?? now,
      firstPublishedAt: article.firstPublishedAt ?? now,
      updatedAt: updatedAt ?? now,
      wordCount,
      readingTimeMinutes: readingTimeMinutes(wordCount),
    },
    body,
    tagIds,
    authors,
    related,
  }
}
