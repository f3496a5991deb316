import { asc, eq } from 'drizzle-orm'
import type { ArticleSnapshot } from '../contract/article.ts'
import type { Query } from '../db/engine.ts'
import { relatedLinksReader } from './related-links.ts'

/** An article as the public sees it, written as a version of it; undefined where it is not public. */
export async function publicContentOf(query: Query, articleId: string): Promise<ArticleSnapshot | undefined> {
  const { sql: db, tables: t } = query
  const { publishedArticles: p } = t
  const [found] = await db
    .select({
      content: {
        title: p.title,
        slug: p.slug,
        subtitle: p.subtitle,
        excerpt: p.excerpt,
        language: p.language,
        sectionId: p.sectionId,
        credit: p.credit,
        source: p.source,
        seo: p.seo,
        custom: p.custom,
      },
      flags: { adsAllowed: p.adsAllowed, sensitive: p.sensitive },
      body: t.publishedBodies.body,
    })
    .from(p)
    .innerJoin(t.publishedBodies, eq(t.publishedBodies.articleId, p.id))
    .where(eq(p.id, articleId))
  if (!found) return undefined
  const tags = await db
    .select({ tagId: t.publishedArticleTags.tagId })
    .from(t.publishedArticleTags)
    .where(eq(t.publishedArticleTags.articleId, articleId))
    .orderBy(asc(t.publishedArticleTags.position))
  const authors = await db
    .select({ authorId: t.publishedArticleAuthors.authorId, role: t.publishedArticleAuthors.role })
    .from(t.publishedArticleAuthors)
    .where(eq(t.publishedArticleAuthors.articleId, articleId))
    .orderBy(asc(t.publishedArticleAuthors.position))
  return {
    ...found.content,
    tagIds: tags.map(({ tagId }) => tagId),
    authors,
    // What is not public is not known any more.
    externalIds: {},
    embargoUntil: null,
    flags: found.flags,
    body: found.body,
    related: await relatedLinksReader(query).listPublished(articleId),
  }
}
