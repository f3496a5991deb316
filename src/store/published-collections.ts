import { eq } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { cardColumns, cardsOf, type PublishedCard } from './published-cards.ts'

/** A collection as the public sees it. */
export interface PublishedCollection {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly cards: readonly PublishedCard[]
}

/** The collection of this key with those of its articles that are public, in order; four queries at most. */
export async function findCollection(query: Query, key: string): Promise<PublishedCollection | undefined> {
  const { sql: db, tables: t } = query
  const [collection] = await db
    .select({ id: t.collections.id, key: t.collections.key, name: t.collections.name })
    .from(t.collections)
    .where(eq(t.collections.key, key))
  if (!collection) return undefined
  const rows = await db
    .select(cardColumns(query))
    .from(t.collectionItems)
    .innerJoin(t.publishedArticles, eq(t.publishedArticles.id, t.collectionItems.articleId))
    .leftJoin(t.sections, eq(t.sections.id, t.publishedArticles.sectionId))
    .where(eq(t.collectionItems.collectionId, collection.id))
    .orderBy(t.collectionItems.position)
  return { ...collection, cards: await cardsOf(query, rows) }
}
