import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Correction } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import type { Query } from '../db/engine.ts'

/** What a card lacks of what an article says. */
export interface PublishedContent {
  /** Null for one that is larger than was asked for. */
  readonly body: Body | null
  readonly corrections: readonly Correction[]
}

/**
 * The content of the published articles among the ids, by id, in one query. Bodies of more than `maxCharacters` as JSON
 * are not read, so that what is read is bounded by the number of ids.
 */
export async function findContents(
  { sql: db, tables: t }: Query,
  ids: readonly string[],
  maxCharacters: number,
): Promise<Map<string, PublishedContent>> {
  if (ids.length === 0) return new Map()
  const { publishedArticles: article, publishedBodies: bodies } = t
  const rows = await db
    .select({ id: article.id, corrections: article.corrections, body: bodies.body })
    .from(article)
    .leftJoin(
      bodies,
      and(eq(bodies.articleId, article.id), sql`length(cast(${bodies.body} as text)) <= ${maxCharacters}`),
    )
    .where(inArray(article.id, [...ids]))
  return new Map(rows.map(({ id, ...content }) => [id, content]))
}
