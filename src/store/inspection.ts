import { and, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import { never } from '../contract/ad-window.ts'
import type { Query } from '../db/engine.ts'
import { countOrphans, isDeleted, listReferences, mendOrphans, type Reference } from '../db/references.ts'
import type { Publication } from './publications.ts'
import { clearFacets, putFacets } from './published-facets.ts'
import { relatedLinksReader } from './related-links.ts'

/** What the public sees of an article, with what lists sort it by. */
export interface StoredPublication extends Publication {
  readonly titleSort: string
}

/** An article whose public copy should not be there. */
export interface StrayPublication {
  readonly id: string
  readonly slug: string
  /** Null where there is no such article at all. */
  readonly status: string | null
}

/** A slug that is not kept as it should be. */
export interface SlugFault {
  readonly slug: string
  readonly articleId: string
}

/** Rows that name what is not there. */
export interface Orphans {
  readonly reference: Reference
  readonly count: number
  /** Whether mending deletes them; else they name nothing then. */
  readonly isDeleted: boolean
}

/** What is looked at to find out whether everything goes together. */
export function inspectionReader(query: Query) {
  const { sql: db, tables: t } = query
  const { publishedArticles: p, publishedFacets: f, publishedCounts: c } = t

  /** What each published article should be found under. */
  const facets = sql`select id as article_id, section_id as facet, published_at, updated_at, title_sort from ${p}
      where section_id is not null
    union select id, language, published_at, updated_at, title_sort from ${p}
    union select a.id, o.tag_id, a.published_at, a.updated_at, a.title_sort
      from ${t.publishedArticleTags} o join ${p} a on a.id = o.article_id
    union select a.id, o.author_id, a.published_at, a.updated_at, a.title_sort
      from ${t.publishedArticleAuthors} o join ${p} a on a.id = o.article_id`
  const stored = sql`select article_id, facet, published_at, updated_at, title_sort from ${f}`

  return {
    /** References that name rows which are not there, and how many do. */
    async findOrphans(): Promise<Orphans[]> {
      const found: Orphans[] = []
      for (const reference of await listReferences(query)) {
        const count = await countOrphans(query, reference)
        if (count > 0) found.push({ reference, count, isDeleted: isDeleted(reference) })
      }
      return found
    },

    /** The sort keys of some working copies, by article. */
    async titleSortsOf(ids: readonly string[]): Promise<Map<string, string>> {
      const rows = await db
        .select({ id: t.articles.id, titleSort: t.articles.titleSort })
        .from(t.articles)
        .where(inArray(t.articles.id, [...ids]))
      return new Map(rows.map(({ id, titleSort }) => [id, titleSort]))
    },

    /** What the public sees of an article. */
    async findPublication(id: string): Promise<StoredPublication | undefined> {
      const [found] = await db
        .select({ row: p, body: t.publishedBodies.body })
        .from(p)
        .leftJoin(t.publishedBodies, eq(t.publishedBodies.articleId, p.id))
        .where(eq(p.id, id))
      if (!found) return undefined
      const tags = await db
        .select({ tagId: t.publishedArticleTags.tagId })
        .from(t.publishedArticleTags)
        .where(eq(t.publishedArticleTags.articleId, id))
        .orderBy(t.publishedArticleTags.position)
      const authors = await db
        .select({ authorId: t.publishedArticleAuthors.authorId, role: t.publishedArticleAuthors.role })
        .from(t.publishedArticleAuthors)
        .where(eq(t.publishedArticleAuthors.articleId, id))
        .orderBy(t.publishedArticleAuthors.position)
      const { titleSort, ...article } = found.row
      return {
        article,
        titleSort,
        body: found.body ?? [],
        tagIds: tags.map(({ tagId }) => tagId),
        authors,
        related: await relatedLinksReader(query).listPublished(id),
      }
    },

    /** What is public and is of no article that is published. */
    findStrayPublications: (): Promise<StrayPublication[]> =>
      db
        .select({ id: p.id, slug: p.slug, status: t.articles.status })
        .from(p)
        .leftJoin(t.articles, eq(t.articles.id, p.id))
        .where(or(isNull(t.articles.id), ne(t.articles.status, 'published'))),

    /** Ids of published articles that are found under more or less than what they have. */
    async findWrongFacets(): Promise<string[]> {
      const rows = await db.select({ id: sql<string>`w.article_id` }).from(
        sql`(select article_id from (${facets} except ${stored}) missing
            union select article_id from (${stored} except select * from (${facets}) e) extra) w`,
      )
      return rows.map(({ id }) => id)
    },

    /** How many facets are counted wrongly. */
    async countWrongCounts(): Promise<number> {
      const counted = sql`select facet, count(*) as count from ${f} group by facet`
      const kept = sql`select facet, count from ${c} where count <> 0`
      const [row] = await db.select({ count: sql<number | string>`count(distinct w.facet)` }).from(
        sql`(select facet from (${counted} except ${kept}) missing
            union select facet from (${kept} except select * from (${counted}) g) extra) w`,
      )
      return Number(row?.count ?? 0)
    },

    /** Slugs of working copies, and such as were ever public, that are not taken for their article. */
    async findUntakenSlugs(): Promise<SlugFault[]> {
      const { articles: a, slugHistory: h, slugs: s } = t
      const ofCopies = await db
        .select({ slug: a.slug, articleId: a.id })
        .from(a)
        .leftJoin(s, and(eq(s.slug, a.slug), eq(s.articleId, a.id)))
        .where(isNull(s.slug))
      const ofHistory = await db
        .select({ slug: h.slug, articleId: h.articleId })
        .from(h)
        .leftJoin(s, and(eq(s.slug, h.slug), eq(s.articleId, h.articleId)))
        .where(isNull(s.slug))
      return [...ofCopies, ...ofHistory]
    },

    /** Slugs that are taken for an article which neither has nor ever had them. */
    findIdleSlugs: (): Promise<SlugFault[]> =>
      db
        .select({ slug: t.slugs.slug, articleId: t.slugs.articleId })
        .from(t.slugs)
        .leftJoin(t.articles, and(eq(t.articles.id, t.slugs.articleId), eq(t.articles.slug, t.slugs.slug)))
        .leftJoin(t.slugHistory, eq(t.slugHistory.slug, t.slugs.slug))
        .where(and(isNull(t.articles.id), isNull(t.slugHistory.slug))),

    /** Placements that are for something which is not there. */
    findHomelessPlacements: (): Promise<{ id: string; scopeType: string }[]> => {
      const { adPlacements: a, sections, tags, articles } = t
      return db
        .select({ id: a.id, scopeType: a.scopeType })
        .from(a)
        .leftJoin(sections, and(eq(a.scopeType, 'section'), eq(sections.id, a.scopeId)))
        .leftJoin(tags, and(eq(a.scopeType, 'tag'), eq(tags.id, a.scopeId)))
        .leftJoin(articles, and(eq(a.scopeType, 'article'), eq(articles.id, a.scopeId)))
        .where(and(ne(a.scopeType, 'site'), isNull(sections.id), isNull(tags.id), isNull(articles.id)))
    },

    /** Placements whose end is not kept as their dates say. */
    findWrongEnds: (): Promise<{ id: string }[]> =>
      db
        .select({ id: t.adPlacements.id })
        .from(t.adPlacements)
        .where(sql`${t.adPlacements.overAt} <> coalesce(${t.adPlacements.endsAt}, ${never})`),
  }
}

/** What mends what was found. */
export function inspectionWriter(query: Query) {
  const { sql: db, tables: t } = query
  const reader = inspectionReader(query)
  return {
    ...reader,

    mendOrphans: (reference: Reference) => mendOrphans(query, reference),

    /** Finds the published article under what it has, and nothing else. */
    async refacet(id: string): Promise<void> {
      const found = await reader.findPublication(id)
      if (found === undefined) return clearFacets(query, id)
      const { article, titleSort, tagIds, authors } = found
      const authorIds = authors.map(({ authorId }) => authorId)
      await putFacets(query, { ...article, titleSort, tagIds, authorIds })
    },

    /** Counts all facets anew. */
    async recount(): Promise<void> {
      const { publishedCounts: counts, publishedFacets: facets } = t
      await db.delete(counts)
      const rows = await db
        .select({ facet: facets.facet, count: sql<number | string>`count(*)` })
        .from(facets)
        .groupBy(facets.facet)
      for (let from = 0; from < rows.length; from += 500)
        await db
          .insert(counts)
          .values(rows.slice(from, from + 500).map(({ facet, count }) => ({ facet, count: Number(count) })))
    },

    async setTitleSort(id: string, titleSort: string): Promise<void> {
      await db.update(t.articles).set({ titleSort }).where(eq(t.articles.id, id))
    },

    async setHashes(
      id: string,
      hashes: { readonly contentHash: string; readonly publishedHash: string | null },
    ): Promise<void> {
      await db.update(t.articles).set(hashes).where(eq(t.articles.id, id))
    },

    /** Gives a slug back that nobody has. */
    async releaseSlug({ slug, articleId }: SlugFault): Promise<void> {
      await db.delete(t.slugs).where(and(eq(t.slugs.slug, slug), eq(t.slugs.articleId, articleId)))
    },

    async setOverAt(id: string, overAt: string): Promise<void> {
      await db.update(t.adPlacements).set({ overAt }).where(eq(t.adPlacements.id, id))
    },
  }
}
