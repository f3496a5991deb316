import { and, asc, eq, sql } from 'drizzle-orm'
import type { CollectionSummary } from '../contract/collection.ts'
import { Problem } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'
import { requireUpdated } from './versioned.ts'

/** A collection without its items. */
export type StoredCollection = Query['tables']['collections']['$inferSelect']

export function collectionsReader({ sql: db, tables: t }: Query) {
  async function find(id: string): Promise<StoredCollection | undefined> {
    const [row] = await db.select().from(t.collections).where(eq(t.collections.id, id))
    return row
  }

  return {
    /** By key. */
    async list(filter: {
      readonly after: readonly [key: string, id: string] | undefined
      readonly limit: number
    }): Promise<Paged<CollectionSummary>> {
      const itemCount = sql<number>`(select count(*) from ${t.collectionItems} where ${eq(t.collectionItems.collectionId, t.collections.id)})`
      const rows = await db
        .select({ collection: t.collections, itemCount })
        .from(t.collections)
        .where(filter.after ? after([t.collections.key, t.collections.id], filter.after) : undefined)
        .orderBy(asc(t.collections.key), asc(t.collections.id))
        .limit(filter.limit + 1)
      const { items, last } = cutPage(rows, filter.limit)
      return {
        items: items.map((row) => ({ ...row.collection, itemCount: Number(row.itemCount) })),
        next: last ? [last.collection.key, last.collection.id] : null,
      }
    },

    async count(): Promise<number> {
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(t.collections)
      return Number(row?.count ?? 0)
    },

    find,

    /** Throws `not-found`. */
    async get(id: string): Promise<StoredCollection> {
      const row = await find(id)
      if (!row) throw new Problem('not-found', 'There is no such collection.')
      return row
    },

    async findByKey(key: string): Promise<StoredCollection | undefined> {
      const [row] = await db.select().from(t.collections).where(eq(t.collections.key, key))
      return row
    },

    /** Ids of the articles of a collection, in order. */
    async itemsOf(id: string): Promise<string[]> {
      const rows = await db
        .select({ articleId: t.collectionItems.articleId })
        .from(t.collectionItems)
        .where(eq(t.collectionItems.collectionId, id))
        .orderBy(t.collectionItems.position)
      return rows.map((row) => row.articleId)
    },
  }
}

export function collectionsWriter(query: Query) {
  const { sql: db, tables: t } = query

  async function insertItems(collectionId: string, articleIds: readonly string[]): Promise<void> {
    if (articleIds.length === 0) return
    await db
      .insert(t.collectionItems)
      .values(articleIds.map((articleId, index) => ({ collectionId, articleId, position: index + 1 })))
  }

  return {
    ...collectionsReader(query),

    async insert(collection: StoredCollection, articleIds: readonly string[]): Promise<void> {
      await db.insert(t.collections).values(collection)
      await insertItems(collection.id, articleIds)
    },

    /** Replaces a collection that is still at `previous.version`. Throws `version-mismatch`. */
    async update(previous: StoredCollection, collection: StoredCollection): Promise<void> {
      const updated = await db
        .update(t.collections)
        .set(collection)
        .where(and(eq(t.collections.id, previous.id), eq(t.collections.version, previous.version)))
        .returning({ id: t.collections.id })
      await requireUpdated(query, t.collections, previous.id, updated)
    },

    /** Makes these the items of the collection, in this order. */
    async replaceItems(id: string, articleIds: readonly string[]): Promise<void> {
      await db.delete(t.collectionItems).where(eq(t.collectionItems.collectionId, id))
      await insertItems(id, articleIds)
    },

    async remove(id: string): Promise<void> {
      await db.delete(t.collections).where(eq(t.collections.id, id))
    },
  }
}
