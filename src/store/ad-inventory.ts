import { and, eq, inArray } from 'drizzle-orm'
import { anchorsOf } from '../contract/ad-anchor.ts'
import type { Query } from '../db/engine.ts'
import { adPausesReader } from './ad-pauses.ts'
import {
  type AdCandidate,
  type AdPage,
  findAllAdCandidates,
  findSlots,
  type StoredSlot,
} from './ad-placements.ts'
import { articlesReader } from './articles.ts'
import { isTermShown } from './published-terms.ts'

/** All that the ads of a page are chosen from, whatever keeps them from being shown, and what decides on it. */
export interface AdInventory {
  readonly articleId: string | null
  readonly page: {
    /** Undefined on a page that is no article. */
    readonly anchors: readonly string[] | undefined
    readonly allowsAds: boolean
    readonly isSensitive: boolean
    readonly isPaused: boolean
  }
  /** By key. */
  readonly slots: readonly StoredSlot[]
  readonly candidates: readonly AdCandidate[]
}

/** A page that is asked about: an article, or what a page that is none is of. */
export interface AskedPage {
  readonly articleId?: string | undefined
  /** The slug of a section. */
  readonly section?: string | undefined
  /** Slugs of tags. */
  readonly tags?: readonly string[] | undefined
}

export function adInventoriesReader(query: Query) {
  return {
    find: (page: AskedPage, since: string) => findAdInventory(query, page, since),
    findWorking: (articleId: string, since: string) => findWorkingAdInventory(query, articleId, since),
  }
}

type Article = AdInventory['page'] & Pick<AdPage, 'sections' | 'tags'>

const noArticle: Article = {
  ...{ anchors: undefined, allowsAds: true, isSensitive: false, isPaused: false },
  ...{ sections: [], tags: [] },
}

/**
 * The inventory of a page as readers know it; undefined when the article is not public. Placements that were over at
 * `since` are left out.
 */
export async function findAdInventory(
  query: Query,
  { articleId, section, tags = [] }: AskedPage,
  since: string,
): Promise<AdInventory | undefined> {
  const article = articleId === undefined ? noArticle : await findPublished(query, articleId)
  if (!article) return undefined
  const sectionIds = await findTermIds(query, 'section', section === undefined ? [] : [section])
  const tagIds = await findTermIds(query, 'tag', tags)
  const page = {
    article: articleId ?? null,
    sections: [...article.sections, ...sectionIds],
    tags: [...article.tags, ...tagIds],
  }
  return inventoryOf(query, page, article, since)
}

/** The inventory of an article as its editors left it; undefined when there is none. */
async function findWorkingAdInventory(
  query: Query,
  articleId: string,
  since: string,
): Promise<AdInventory | undefined> {
  const article = await articlesReader(query).find(articleId)
  if (!article) return undefined
  const { sectionId, tagIds, flags, body } = article.content
  const sections = sectionId === null ? [] : [sectionId]
  const isPaused = (await adPausesReader(query).find(articleId)) !== undefined
  const known = {
    anchors: anchorsOf(body),
    allowsAds: flags.adsAllowed,
    isSensitive: flags.sensitive,
    isPaused,
  }
  const page = { article: articleId, sections, tags: tagIds }
  return inventoryOf(query, page, { ...known, sections, tags: tagIds }, since)
}

async function inventoryOf(
  query: Query,
  page: AdPage,
  { anchors, allowsAds, isSensitive, isPaused }: Article,
  since: string,
): Promise<AdInventory> {
  return {
    articleId: page.article,
    page: { anchors, allowsAds, isSensitive, isPaused },
    slots: await findSlots(query),
    candidates: await findAllAdCandidates(query, page, since),
  }
}

async function findPublished({ sql: db, tables: t }: Query, articleId: string): Promise<Article | undefined> {
  const [row] = await db
    .select({
      sectionId: t.publishedArticles.sectionId,
      allowsAds: t.publishedArticles.adsAllowed,
      isSensitive: t.publishedArticles.sensitive,
      body: t.publishedBodies.body,
      pausedId: t.adPauses.articleId,
    })
    .from(t.publishedArticles)
    .innerJoin(t.publishedBodies, eq(t.publishedBodies.articleId, t.publishedArticles.id))
    .leftJoin(t.adPauses, eq(t.adPauses.articleId, t.publishedArticles.id))
    .where(eq(t.publishedArticles.id, articleId))
  if (!row) return undefined
  const tags = await db
    .select({ id: t.publishedArticleTags.tagId })
    .from(t.publishedArticleTags)
    .where(eq(t.publishedArticleTags.articleId, articleId))
  const { sectionId, pausedId, body, ...article } = row
  return {
    ...article,
    anchors: anchorsOf(body),
    isPaused: pausedId !== null,
    sections: sectionId === null ? [] : [sectionId],
    tags: tags.map(({ id }) => id),
  }
}

/** The ids of those slugs that readers know. */
async function findTermIds(
  query: Query,
  kind: 'section' | 'tag',
  slugs: readonly string[],
): Promise<string[]> {
  if (slugs.length === 0) return []
  const terms = kind === 'section' ? query.tables.sections : query.tables.tags
  const rows = await query.sql
    .select({ id: terms.id })
    .from(terms)
    .where(and(isTermShown(query, kind), inArray(terms.slug, [...slugs])))
  return rows.map(({ id }) => id)
}
