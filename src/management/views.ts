import type { ArticleSummary, ListedArticle, ManagedArticle } from '../contract/managed-article.ts'
import type { Actor } from '../contract/permissions.ts'
import { highlightedFields } from '../contract/search.ts'
import { allowedActions } from '../editorial/allowed-actions.ts'
import { versionTag } from '../http/preconditions.ts'
import { rangesOf } from '../search/highlight.ts'
import type { SearchQuery } from '../search/query.ts'
import type { StoredArticle, StoredSummary } from '../store/articles.ts'
import type { WriteAnswer } from './answers.ts'

/** An article of the editors' list. `actor` decides which actions are shown as allowed. */
export function summaryView(article: StoredSummary, actor: Actor): ArticleSummary {
  const { content, contentHash, publishedHash, ...state } = article
  return {
    id: state.id,
    type: 'article',
    status: state.status,
    version: state.version,
    publishedVersion: state.publishedVersion,
    hasUnpublishedChanges: state.publishedVersion !== null && contentHash !== publishedHash,
    title: content.title,
    slug: content.slug,
    subtitle: content.subtitle,
    excerpt: content.excerpt,
    language: content.language,
    sectionId: content.sectionId,
    tagIds: [...content.tagIds],
    authors: [...content.authors],
    credit: content.credit,
    source: content.source,
    externalIds: { ...content.externalIds },
    seo: content.seo,
    embargoUntil: content.embargoUntil,
    flags: content.flags,
    custom: content.custom,
    firstPublishedAt: state.firstPublishedAt,
    publishedAt: state.publishedAt,
    scheduledAt: state.scheduledAt,
    unpublishAt: state.unpublishAt,
    scheduleProblem: state.scheduleProblem,
    corrections: [...state.corrections],
    trashedAt: state.trashedAt,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    createdBy: state.createdBy,
    updatedBy: state.updatedBy,
    allowedActions: allowedActions(article, actor),
  }
}

/** An article of the editors' list and, where something is searched, where it has that. */
export function listedView(
  article: StoredSummary,
  actor: Actor,
  search: SearchQuery | undefined,
): ListedArticle {
  const summary = summaryView(article, actor)
  if (!search) return summary
  const highlights = highlightedFields.flatMap((field) => {
    const ranges = rangesOf(summary[field] ?? '', search)
    return ranges.length === 0 ? [] : [{ field, ranges }]
  })
  return { ...summary, highlights }
}

/** An article as editors read it. */
export function managedView(article: StoredArticle, actor: Actor): ManagedArticle {
  return { ...summaryView(article, actor), body: article.content.body }
}

/** What making an article answers. */
export function madeArticle(article: StoredArticle, actor: Actor): WriteAnswer<ManagedArticle> {
  const changed = changedArticle(article, actor)
  const location = `/manage/v1/articles/${article.id}`
  return { ...changed, status: 201, headers: { ...changed.headers, location } }
}

/** What an action on an article answers. */
export function changedArticle(article: StoredArticle, actor: Actor): WriteAnswer<ManagedArticle> {
  return {
    status: 200,
    headers: { etag: versionTag(article.version) },
    body: managedView(article, actor),
  }
}
