import { and, asc, count, desc, gt, lte, type SQL } from 'drizzle-orm'
import type { ArticleSeo, Correction } from '../contract/article.ts'
import type { Query } from '../db/engine.ts'
import { after } from '../db/page.ts'

/** What a sitemap says of an article. */
export interface SitemapEntry {
  readonly slug: string
  readonly updatedAt: string
  readonly corrections: readonly Correction[]
  readonly seo: ArticleSeo
}

/** What the news sitemap says of one. */
export interface NewsEntry {
  readonly id: string
  readonly slug: string
  readonly title: string
  readonly language: string
  readonly publishedAt: string
  readonly seo: ArticleSeo
}

/** Rows of one query: other work of the process gets its turn in between. */
const batchSize = 1_000

/** How many articles are public. */
export async function countArticles({ sql: db, tables: t }: Query): Promise<number> {
  const [row] = await db.select({ count: count() }).from(t.publishedArticles)
  return Number(row?.count ?? 0)
}

/**
 * The articles from the `first` (counted from 0) on, the oldest first. Finding the first one runs through an index, and
 * reads no article; from there on the last row of a batch leads to the next.
 */
export async function listSitemap(
  { sql: db, tables: t }: Query,
  { first, count: wanted }: { readonly first: number; readonly count: number },
): Promise<SitemapEntry[]> {
  const { publishedArticles: article } = t
  const [before] =
    first === 0
      ? []
      : await db
          .select({ publishedAt: article.publishedAt, id: article.id })
          .from(article)
          .orderBy(asc(article.publishedAt), asc(article.id))
          .limit(1)
          .offset(first - 1)
  if (first > 0 && !before) return []

  const entries: SitemapEntry[] = []
  let last = before
  for (let left = wanted; left > 0; left -= batchSize) {
    const limit = Math.min(left, batchSize)
    const rows = await db
      .select({
        id: article.id,
        publishedAt: article.publishedAt,
        slug: article.slug,
        updatedAt: article.updatedAt,
        corrections: article.corrections,
        seo: article.seo,
      })
      .from(article)
      .where(last && after([article.publishedAt, article.id], [last.publishedAt, last.id]))
      .orderBy(asc(article.publishedAt), asc(article.id))
      .limit(limit)
    entries.push(...rows)
    last = rows.at(-1)
    if (rows.length < limit) break
    await new Promise(setImmediate)
  }
  return entries
}

/**
 * The articles that were published after the instant, the newest first; and when the newest of the others was
 * published, null where there is none.
 */
export async function listNews(
  query: Query,
  range: { readonly after: string; readonly limit: number },
): Promise<{ entries: NewsEntry[]; newestBefore: string | null }> {
  const { publishedAt } = query.tables.publishedArticles
  const entries = await selectNews(query, gt(publishedAt, range.after), range.limit)
  const [older] = await selectNews(query, lte(publishedAt, range.after), 1)
  return { entries, newestBefore: older?.publishedAt ?? null }
}

function selectNews({ sql: db, tables: t }: Query, condition: SQL, limit: number): Promise<NewsEntry[]> {
  const { publishedArticles: article } = t
  return db
    .select({
      id: article.id,
      slug: article.slug,
      title: article.title,
      language: article.language,
      publishedAt: article.publishedAt,
      seo: article.seo,
    })
    .from(article)
    .where(and(condition))
    .orderBy(desc(article.publishedAt), desc(article.id))
    .limit(limit)
}
