import { desc, eq } from 'drizzle-orm'
import type { GoneReason } from '../contract/article.ts'
import type { Query } from '../db/engine.ts'

/** What has become of an article that is or was public. */
export type Address =
  | { readonly kind: 'public'; readonly articleId: string; readonly slug: string }
  | {
      readonly kind: 'gone'
      readonly articleId: string
      readonly reason: GoneReason
      readonly publicReason: string | null
      readonly at: string
    }
  | { readonly kind: 'unknown' }

/** Where the article is that has or had this slug in public. Slugs are never forgotten, nor given to another. */
export async function findAddress(query: Query, slug: string): Promise<Address> {
  const { sql: db, tables: t } = query
  const [known] = await db.select().from(t.slugHistory).where(eq(t.slugHistory.slug, slug))
  return known ? findAddressOf(query, known.articleId) : { kind: 'unknown' }
}

/** Where the article is that had this path before it was imported, and the slug that it has or had last in public. */
export async function findOldAddress(
  query: Query,
  path: string,
): Promise<{ readonly address: Address; readonly slug: string }> {
  const { sql: db, tables: t } = query
  const [known] = await db.select().from(t.oldPaths).where(eq(t.oldPaths.path, path))
  const address: Address = known ? await findAddressOf(query, known.articleId) : { kind: 'unknown' }
  if (address.kind === 'public') return { address, slug: address.slug }
  const [newest] = await db
    .select({ slug: t.slugHistory.slug })
    .from(t.slugHistory)
    .where(eq(t.slugHistory.articleId, known?.articleId ?? ''))
    .orderBy(desc(t.slugHistory.since), desc(t.slugHistory.slug))
    .limit(1)
  return { address, slug: newest?.slug ?? '' }
}

/** Where the article of this id is. */
export async function findAddressOf({ sql: db, tables: t }: Query, articleId: string): Promise<Address> {
  const [current] = await db
    .select({ slug: t.publishedArticles.slug })
    .from(t.publishedArticles)
    .where(eq(t.publishedArticles.id, articleId))
  if (current) return { kind: 'public', articleId, slug: current.slug }
  const [gone] = await db.select().from(t.goneArticles).where(eq(t.goneArticles.articleId, articleId))
  return gone ? { kind: 'gone', ...gone } : { kind: 'unknown' }
}
