import { and, desc, eq, exists, inArray, type SQL, sql } from 'drizzle-orm'
import type { Groups } from '../contract/filter.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { before, cutPage } from '../db/page.ts'
import { cardColumns, cardsOf, type PublishedCard } from './published-cards.ts'

/** Which cards are wanted. */
export interface PublishedFilter {
  readonly ids?: Groups | undefined
  readonly slug?: Groups | undefined
  readonly language?: Groups | undefined
  readonly section?: Groups | undefined
  readonly tag?: Groups | undefined
  readonly author?: Groups | undefined
}

/** Which part of them. */
export interface PublishedPage {
  readonly after?: readonly [publishedAt: string, id: string] | undefined
  readonly limit: number
}

/** Cards, the newest first. */
export async function listCards(
  query: Query,
  filter: PublishedFilter & PublishedPage,
): Promise<Paged<PublishedCard>> {
  const { sql: db, tables: t } = query
  const { publishedArticles: article } = t
  const rows = await db
    .select(cardColumns(query))
    .from(article)
    .leftJoin(t.sections, eq(t.sections.id, article.sectionId))
    .where(
      and(
        ...conditionsOf(query, filter),
        filter.after ? before([article.publishedAt, article.id], filter.after) : undefined,
      ),
    )
    .orderBy(desc(article.publishedAt), desc(article.id))
    .limit(filter.limit + 1)
  const { items, last } = cutPage(rows, filter.limit)
  return { items: await cardsOf(query, items), next: last ? [last.publishedAt, last.id] : null }
}

export async function countCards(query: Query, filter: PublishedFilter): Promise<number> {
  const [row] = await query.sql
    .select({ count: sql<number>`count(*)` })
    .from(query.tables.publishedArticles)
    .where(and(...conditionsOf(query, filter)))
  return Number(row?.count ?? 0)
}

function conditionsOf({ sql: db, tables: t }: Query, filter: PublishedFilter): SQL[] {
  const { publishedArticles: article, publishedArticleTags: tagged, publishedArticleAuthors: by } = t
  const one = { one: sql`1` }
  const each = (groups: Groups | undefined, condition: (values: string[]) => SQL) =>
    groups?.map((values) => condition([...values])) ?? []
  return [
    ...each(filter.ids, (ids) => inArray(article.id, ids)),
    ...each(filter.slug, (slugs) => inArray(article.slug, slugs)),
    ...each(filter.language, (languages) => inArray(article.language, languages)),
    ...each(filter.section, (slugs) =>
      inArray(
        article.sectionId,
        db.select({ id: t.sections.id }).from(t.sections).where(inArray(t.sections.slug, slugs)),
      ),
    ),
    ...each(filter.tag, (slugs) =>
      exists(
        db
          .select(one)
          .from(tagged)
          .innerJoin(t.tags, eq(t.tags.id, tagged.tagId))
          .where(and(eq(tagged.articleId, article.id), inArray(t.tags.slug, slugs))),
      ),
    ),
    ...each(filter.author, (slugs) =>
      exists(
        db
          .select(one)
          .from(by)
          .innerJoin(t.authors, eq(t.authors.id, by.authorId))
          .where(and(eq(by.articleId, article.id), inArray(t.authors.slug, slugs))),
      ),
    ),
  ]
}
