import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { AuthorReference, TermReference } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { statement, together } from '../db/statement.ts'
import {
  authorColumns,
  cardColumns,
  type PublishedCard,
  tagColumns,
  termsByArticle,
} from './published-cards.ts'
import { type PublishedLink, shownLinks } from './published-parts.ts'

/**
 * What is read with one whole article: its links, the cards that they point at, and the tags and authors of all of
 * them. Each is a statement that is always the same, so that none is written anew for the number of links.
 */

const article = sql.placeholder('articleId')

/** Selects the ids that the links of the article point at. */
const targetsOf = ({ tables: { publishedRelatedLinks: links } }: Query): SQL =>
  sql`select ${links.targetId} from ${links} where ${links.articleId} = ${article}`

/** Selects the same and the article itself. */
const shownWith = (query: Query): SQL => sql`select ${article} union all ${targetsOf(query)}`

const selectLinks = statement(({ sql: db, tables: { publishedRelatedLinks: links } }) =>
  db.select().from(links).where(eq(links.articleId, article)).orderBy(asc(links.position)),
)
const selectTargets = statement((query) => {
  const { sql: db, tables: t } = query
  return db
    .select(cardColumns(query))
    .from(t.publishedArticles)
    .leftJoin(t.sections, eq(t.sections.id, t.publishedArticles.sectionId))
    .where(sql`${t.publishedArticles.id} in (${targetsOf(query)})`)
})
const selectTags = statement((query) => {
  const { sql: db, tables: t } = query
  const { publishedArticleTags: tagged } = t
  return db
    .select(tagColumns(query))
    .from(tagged)
    .innerJoin(t.tags, eq(t.tags.id, tagged.tagId))
    .where(sql`${tagged.articleId} in (${shownWith(query)})`)
    .orderBy(tagged.articleId, tagged.position)
})
const selectAuthors = statement((query) => {
  const { sql: db, tables: t } = query
  const { publishedArticleAuthors: by } = t
  return db
    .select(authorColumns(query))
    .from(by)
    .innerJoin(t.authors, eq(t.authors.id, by.authorId))
    .where(sql`${by.articleId} in (${shownWith(query)})`)
    .orderBy(by.articleId, by.position)
})

interface Linked {
  readonly terms: { readonly tags: readonly TermReference[]; readonly authors: readonly AuthorReference[] }
  /** Those whose target is public, and those that have none, in order. */
  readonly links: readonly PublishedLink[]
}

/** The terms of a published article and its links. */
export async function findLinked(query: Query, articleId: string): Promise<Linked> {
  const values = { articleId }
  const [links, targets, tagRows, authorRows] = await together([
    selectLinks(query, values),
    selectTargets(query, values),
    selectTags(query, values),
    selectAuthors(query, values),
  ])
  const termsOf = termsByArticle(tagRows, authorRows)
  const cards = new Map(
    targets.map((card): [string, PublishedCard] => [card.id, { ...card, ...termsOf(card.id) }]),
  )
  return { terms: termsOf(articleId), links: shownLinks(links, cards) }
}
