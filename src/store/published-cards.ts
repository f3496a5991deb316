import { eq, inArray, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { AuthorReference, TermReference } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { statementOfMany, together } from '../db/statement.ts'
import { groupBy } from './group-by.ts'

type PublishedRow = Query['tables']['publishedArticles']['$inferSelect']

/** A published article without its body, its taxonomy resolved. */
export interface PublishedCard {
  readonly id: string
  readonly version: number
  readonly slug: string
  readonly title: string
  readonly subtitle: string | null
  readonly excerpt: string
  readonly language: string
  readonly section: TermReference | null
  readonly tags: readonly TermReference[]
  readonly authors: readonly AuthorReference[]
  readonly credit: string | null
  readonly source: PublishedRow['source']
  readonly publishedAt: string
  readonly firstPublishedAt: string
  readonly updatedAt: string
  readonly wordCount: number
  readonly readingTimeMinutes: number
}

/** A card as one row gives it; tags and authors are read for all rows at once. */
export type CardRow = Omit<PublishedCard, 'tags' | 'authors'>

/** The columns of a card; `section` comes by a left join of the sections. */
export function cardColumns({ tables: t }: Query) {
  return {
    id: t.publishedArticles.id,
    version: t.publishedArticles.version,
    slug: t.publishedArticles.slug,
    title: t.publishedArticles.title,
    subtitle: t.publishedArticles.subtitle,
    excerpt: t.publishedArticles.excerpt,
    language: t.publishedArticles.language,
    credit: t.publishedArticles.credit,
    source: t.publishedArticles.source,
    publishedAt: t.publishedArticles.publishedAt,
    firstPublishedAt: t.publishedArticles.firstPublishedAt,
    updatedAt: t.publishedArticles.updatedAt,
    wordCount: t.publishedArticles.wordCount,
    readingTimeMinutes: t.publishedArticles.readingTimeMinutes,
    section: { id: t.sections.id, slug: t.sections.slug, name: t.sections.name },
  }
}

/** Adds tags and authors to rows of cards, two queries however many they are. */
export async function cardsOf<Row extends CardRow>(
  query: Query,
  rows: readonly Row[],
): Promise<(Row & PublishedCard)[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const termsOf = termsByArticle(...(await together([readTags(query, ids), readAuthors(query, ids)])))
  return rows.map((row) => ({ ...row, ...termsOf(row.id) }))
}

/** The published articles among the ids, by id. */
export async function findCards(query: Query, ids: readonly string[]): Promise<Map<string, PublishedCard>> {
  if (ids.length === 0) return new Map()
  const { sql: db, tables: t } = query
  const rows = await db
    .select(cardColumns(query))
    .from(t.publishedArticles)
    .leftJoin(t.sections, eq(t.sections.id, t.publishedArticles.sectionId))
    .where(inArray(t.publishedArticles.id, [...ids]))
  const cards = await cardsOf(query, rows)
  return new Map(cards.map((card) => [card.id, card]))
}

/** Says of which articles rows are wanted, given the column of their ids. */
type Articles = (articleId: SQLWrapper) => SQL

/** The tags of some articles, in order. */
export function tagRows({ sql: db, tables: t }: Query, isWanted: Articles) {
  const { publishedArticleTags: tagged } = t
  return db
    .select({ articleId: tagged.articleId, id: t.tags.id, slug: t.tags.slug, name: t.tags.name })
    .from(tagged)
    .innerJoin(t.tags, eq(t.tags.id, tagged.tagId))
    .where(isWanted(tagged.articleId))
    .orderBy(tagged.articleId, tagged.position)
}

/** The authors of some articles, in order. */
export function authorRows({ sql: db, tables: t }: Query, isWanted: Articles) {
  const { publishedArticleAuthors: by, authors } = t
  return db
    .select({
      articleId: by.articleId,
      id: authors.id,
      slug: authors.slug,
      name: authors.name,
      role: by.role,
    })
    .from(by)
    .innerJoin(authors, eq(authors.id, by.authorId))
    .where(isWanted(by.articleId))
    .orderBy(by.articleId, by.position)
}

interface OfArticle {
  readonly articleId: string
}

/** Answers the tags and the authors of an article among those that rows of both tell of. */
export function termsByArticle(
  tagRows: readonly (OfArticle & TermReference)[],
  authorRows: readonly (OfArticle & AuthorReference)[],
): (articleId: string) => Pick<PublishedCard, 'tags' | 'authors'> {
  const tags = groupBy(
    tagRows,
    (row) => row.articleId,
    ({ articleId: _, ...tag }): TermReference => tag,
  )
  const authors = groupBy(
    authorRows,
    (row) => row.articleId,
    ({ articleId: _, ...author }): AuthorReference => author,
  )
  return (articleId) => ({ tags: tags.get(articleId) ?? [], authors: authors.get(articleId) ?? [] })
}

const readTags = statementOfMany((query, ids) => tagRows(query, (articleId) => inArray(articleId, ids)))
const readAuthors = statementOfMany((query, ids) => authorRows(query, (articleId) => inArray(articleId, ids)))
