import { sql } from 'drizzle-orm'
import { fold } from '../../src/contract/slug.ts'
import type { Query } from '../../src/db/engine.ts'
import { together } from '../../src/db/statement.ts'
import { documentOf, type SearchDocument } from '../../src/search/document.ts'
import { articleIndex, publishedIndex } from '../../src/search/open-index.ts'
import { allSlots, touchScopes } from '../../src/store/ad-revisions.ts'
import { rowOf } from '../../src/store/article-rows.ts'
import type { StoredArticle } from '../../src/store/articles.ts'
import { findPublicState } from '../../src/store/changes.ts'
import type { Publication } from '../../src/store/publications.ts'
import { facetsOf, type RecordedArticle, type Recording } from './recorder.ts'
import { insertRows, type TableName } from './rows.ts'

type Row = Readonly<Record<string, unknown>>
type Rows = Readonly<Partial<Record<TableName, readonly Row[]>>>

/**
 * Writes what was recorded of `articles`, which are finished, and all of the rest, in one transaction. Answers the
 * number of the newest public change.
 */
export async function flush(
  query: Query,
  recording: Omit<Recording, 'articles'>,
  articles: readonly RecordedArticle[],
): Promise<number> {
  const { changes, newest } = await numbered(query, recording.changes)
  const { slots: adSlots, creatives, placements: adPlacements } = recording
  const written: Rows = {
    ...workingCopies(articles),
    ...publicCopies(articles.filter(({ publication }) => publication)),
    ...{ adSlots, creatives, adPlacements, changes },
  }
  // In the order of the references between them.
  for (const [name, rows] of Object.entries(written)) await insertRows(query, name as TableName, rows)
  await addCounts(query, recording.counts)
  await touchScopes(query, [...adPlacements, ...(adSlots.length > 0 ? [allSlots] : [])])
  await index(query, articles)
  return newest
}

/** Public changes get the next numbers, and time does not go back for those who read them. */
async function numbered(
  query: Query,
  changes: Recording['changes'],
): Promise<{ changes: Row[]; newest: number }> {
  let { seq, changedAt } = await findPublicState(query)
  const rows = changes.map(({ visibility, subject, at: now, ...change }): Row => {
    const isPublic = visibility === 'public'
    const at = isPublic && changedAt !== null && changedAt > now ? changedAt : now
    if (isPublic) [seq, changedAt] = [seq + 1, at]
    return {
      ...change,
      publicSeq: isPublic ? seq : null,
      at,
      subjectType: subject.type,
      subjectId: subject.id,
      subjectSlug: subject.slug,
      actorTokenId: change.actor.tokenId,
    }
  })
  return { changes: rows, newest: seq }
}

function workingCopies(all: readonly RecordedArticle[]): Rows {
  const of = (rows: (one: RecordedArticle, articleId: string) => readonly Row[]) =>
    all.flatMap((one) => rows(one, one.article.id))
  return {
    articles: all.map(({ article }) => rowOf(article)),
    articleBodies: of(({ article }, articleId) => [{ articleId, body: article.content.body }]),
    articleTags: of(({ article }, articleId) =>
      article.content.tagIds.map((tagId, position) => ({ articleId, tagId, position })),
    ),
    articleAuthors: of(({ article }, articleId) =>
      article.content.authors.map((author, position) => ({ articleId, ...author, position })),
    ),
    relatedLinks: of(({ related }, articleId) => linkRows(related, articleId)),
    revisions: of(({ revisions }) => revisions.map((revision) => ({ ...revision }))),
    slugs: of(({ article }, articleId) => [{ slug: article.content.slug, articleId }]),
    slugHistory: of(({ article, slugSince: since }, articleId) =>
      since === undefined ? [] : [{ slug: article.content.slug, articleId, since }],
    ),
    goneArticles: of(({ gone }, articleId) => (gone ? [{ articleId, ...gone }] : [])),
  }
}

function linkRows(related: RecordedArticle['related'], articleId: string): Row[] {
  return related.map(({ articleId: targetId, ...link }) => ({ ...link, articleId, targetId }))
}

function publicCopies(all: readonly RecordedArticle[]): Rows {
  const publications = all.flatMap(({ publication }) => publication ?? [])
  const of = (
    rows: (one: (typeof publications)[number], articleId: string, publishedAt: string) => readonly Row[],
  ) => publications.flatMap((one) => rows(one, one.article.id, one.article.publishedAt))
  return {
    publishedArticles: publications.map(({ article }) => ({ ...article, titleSort: fold(article.title) })),
    publishedBodies: of(({ body }, articleId) => [{ articleId, body }]),
    publishedArticleTags: of(({ tagIds }, articleId, publishedAt) =>
      tagIds.map((tagId, position) => ({ articleId, tagId, position, publishedAt })),
    ),
    publishedArticleAuthors: of(({ authors }, articleId, publishedAt) =>
      authors.map((author, position) => ({ articleId, ...author, position, publishedAt })),
    ),
    publishedRelatedLinks: of(({ related }, articleId) => linkRows(related, articleId)),
    publishedFacets: of((one, articleId, publishedAt) => {
      const { updatedAt, title } = one.article
      const titleSort = fold(title)
      return [...facetsOf(one)].map((facet) => ({ articleId, facet, publishedAt, updatedAt, titleSort }))
    }),
  }
}

async function addCounts({ sql: db, tables }: Query, counts: ReadonlyMap<string, number>): Promise<void> {
  const { publishedCounts } = tables
  if (counts.size === 0) return
  await db
    .insert(publishedCounts)
    .values([...counts].map(([facet, count]) => ({ facet, count })))
    .onConflictDoUpdate({
      target: publishedCounts.facet,
      set: { count: sql`${publishedCounts.count} + excluded.count` },
    })
}

async function index(query: Query, articles: readonly RecordedArticle[]): Promise<void> {
  const copies = articleIndex(query)
  const publications = publishedIndex(query)
  await together(
    articles.flatMap(({ article, publication }) => {
      const document = documentOf(article.content)
      const articleId = article.id
      return [
        copies.put([{ articleId, document }]),
        publication &&
          publications.put([{ articleId, document: publicDocument(publication, article, document) }]),
      ]
    }),
  )
}

/** Most of the work is in the body, and the body is mostly the same. */
function publicDocument(
  { article, body }: Publication,
  { content }: StoredArticle,
  copy: SearchDocument,
): SearchDocument {
  if (JSON.stringify(body) !== JSON.stringify(content.body)) return documentOf({ ...article, body })
  return { ...documentOf({ ...article, body: [] }), body: copy.body }
}
