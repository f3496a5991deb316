import { asc, eq } from 'drizzle-orm'
import type { AuthorReference, TermReference } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { adPausesReader } from './ad-pauses.ts'
import {
  type AdCandidate,
  findScopeCandidates,
  findSlots,
  type StoredSlot,
  scopesOf,
} from './ad-placements.ts'
import { articlesReader, type StoredArticle } from './articles.ts'
import { type PublishedLink, resolveLinks } from './published-parts.ts'
import { relatedLinksReader } from './related-links.ts'

/** A working copy with everything that would be shown with it. */
export interface Preview {
  readonly article: StoredArticle
  readonly section: TermReference | null
  readonly tags: readonly TermReference[]
  readonly authors: readonly AuthorReference[]
  /** Those whose target is public, and those that have none. */
  readonly related: readonly PublishedLink[]
  readonly slots: readonly StoredSlot[]
  readonly adCandidates: readonly (readonly AdCandidate[])[]
}

/** The working copy of an article as it would be shown if it were published now; undefined when there is none. */
export async function findPreview(
  query: Query,
  articleId: string,
  now: string,
): Promise<Preview | undefined> {
  const { sql: db, tables: t } = query
  const article = await articlesReader(query).find(articleId)
  if (!article) return undefined
  const { sectionId, tagIds, flags } = article.content
  const [section = null] =
    sectionId === null
      ? []
      : await db
          .select({ id: t.sections.id, slug: t.sections.slug, name: t.sections.name })
          .from(t.sections)
          .where(eq(t.sections.id, sectionId))
  const tags = await db
    .select({ id: t.tags.id, slug: t.tags.slug, name: t.tags.name })
    .from(t.articleTags)
    .innerJoin(t.tags, eq(t.tags.id, t.articleTags.tagId))
    .where(eq(t.articleTags.articleId, articleId))
    .orderBy(asc(t.articleTags.position))
  const authors = await db
    .select({
      id: t.authors.id,
      slug: t.authors.slug,
      name: t.authors.name,
      role: t.articleAuthors.role,
    })
    .from(t.articleAuthors)
    .innerJoin(t.authors, eq(t.authors.id, t.articleAuthors.authorId))
    .where(eq(t.articleAuthors.articleId, articleId))
    .orderBy(asc(t.articleAuthors.position))
  const links = await relatedLinksReader(query).listOf(articleId)
  const page = { article: articleId, sections: sectionId === null ? [] : [sectionId], tags: tagIds }
  const showsAds = flags.adsAllowed && (await adPausesReader(query).find(articleId)) === undefined
  const adCandidates = showsAds ? [await findScopeCandidates(query, scopesOf(page), now)] : []
  return {
    article,
    section,
    tags,
    authors,
    related: await resolveLinks(
      query,
      links.map(({ articleId: targetId, position: _, ...link }) => ({ ...link, targetId })),
    ),
    slots: showsAds ? await findSlots(query) : [],
    adCandidates,
  }
}
