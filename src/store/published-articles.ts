import { eq, sql } from 'drizzle-orm'
import type { Correction } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import type { StoredJson } from '../contract/stored-json.ts'
import { idPattern } from '../contract/text.ts'
import type { Query } from '../db/engine.ts'
import { statement, together } from '../db/statement.ts'
import { storedJson } from '../db/stored-json.ts'
import type { AdReading } from './ad-shelf.ts'
import { type Address, findAddress, findAddressOf } from './published-addresses.ts'
import { cardColumns, type PublishedCard } from './published-cards.ts'
import { findLinked } from './published-linked.ts'
import { type ArticleAds, noAds, type PublishedLink } from './published-parts.ts'

type PublishedRow = Query['tables']['publishedArticles']['$inferSelect']

export interface PublishedArticle extends PublishedCard, ArticleAds {
  readonly seo: PublishedRow['seo']
  readonly custom: Record<string, unknown>
  readonly corrections: readonly Correction[]
  readonly body: StoredJson<Body>
  readonly related: readonly PublishedLink[]
}

/** What an id or slug leads to. */
export type Resolution =
  | { readonly kind: 'found'; readonly article: PublishedArticle }
  | { readonly kind: 'moved'; readonly slug: string }
  | Exclude<Address, { kind: 'public' }>

function articleBy(column: 'id' | 'slug') {
  return statement((query) => {
    const { sql: db, tables: t } = query
    return db
      .select({
        ...cardColumns(query),
        sectionId: t.publishedArticles.sectionId,
        seo: t.publishedArticles.seo,
        custom: t.publishedArticles.custom,
        corrections: t.publishedArticles.corrections,
        adsAllowed: t.publishedArticles.adsAllowed,
        body: storedJson<Body>(query, t.publishedBodies.body),
        sensitive: t.publishedArticles.sensitive,
        pausedId: t.adPauses.articleId,
      })
      .from(t.publishedArticles)
      .innerJoin(t.publishedBodies, eq(t.publishedBodies.articleId, t.publishedArticles.id))
      .leftJoin(t.sections, eq(t.sections.id, t.publishedArticles.sectionId))
      .leftJoin(t.adPauses, eq(t.adPauses.articleId, t.publishedArticles.id))
      .where(eq(t.publishedArticles[column], sql.placeholder('value')))
  })
}
const selectById = articleBy('id')
const selectBySlug = articleBy('slug')

/** One published article with all that hangs on it, or where its address leads otherwise. */
export async function resolveArticle(
  query: Query,
  idOrSlug: string,
  { shelf, now }: AdReading,
): Promise<Resolution> {
  const select = idPattern.test(idOrSlug) ? selectById : selectBySlug
  const [row] = await select(query, { value: idOrSlug })
  if (!row) return explain(query, idOrSlug)
  const { adsAllowed, pausedId, sectionId, ...article } = row
  const showsAds = adsAllowed && pausedId === null
  const [{ terms, links }, ads] = await together([
    findLinked(query, article.id),
    showsAds ? shelf.find(query, { articleId: article.id, sectionId }, now) : noAds,
  ])
  return { kind: 'found', article: { ...article, ...terms, related: links, ...ads } }
}

/** Where an id or slug leads that is not that of a public article. */
async function explain(query: Query, idOrSlug: string): Promise<Resolution> {
  const isId = idPattern.test(idOrSlug)
  const address = await (isId ? findAddressOf(query, idOrSlug) : findAddress(query, idOrSlug))
  return address.kind === 'public' ? { kind: 'moved', slug: address.slug } : address
}
