import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { AuthorReference, TermReference } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { statement, together } from '../db/statement.ts'
import { authorRows, cardColumns, type PublishedCard, tagRows, termsByArticle } from './published-cards.ts'
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
const selectTags = statement((query) => tagRows(query, (id) => sql`${id} in (${shownWith(query)})`))
const selectAuthors = statement((query) => authorRows(query, (id) => sql`${id} in (${shownWith(query)})`))

interface Linked {
  readonly terms: { readonly tags: readonly TermReference[]; readonly authors: readonly AuthorReference[] }
  /** Those whose target is public, and those that have none, in order. */
  readonly links: readonly PublishedLink[]
}

/** The terms of a published article and its links. */
export async function findLinked(query: Query, articleId: string): Promise<Linked> {
  const values = { articleId }
  const [links, targets, tags, authors] = await together([
    selectLinks(query, values),
    selectTargets(query, values),
    selectTags(query, values),
    selectAuthors(query, values),
  ])
  const termsOf = termsByArticle(tags, authors)
  const cards = new Map(
    targets.map((card): [string, PublishedCard] => [card.id, { ...card, ...termsOf(card.id) }]),
  )
  return { terms: termsOf(articleId), links: shownLinks(links, cards) }
}
