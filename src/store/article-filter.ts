import { eq, gt, inArray, isNotNull, isNull, lt, ne, or, type SQL } from 'drizzle-orm'
import type { ArticleStatus } from '../contract/article.ts'
import type { Groups } from '../contract/filter.ts'
import type { Query } from '../db/engine.ts'
import type { SearchQuery } from '../search/query.ts'
import type { Choice } from './choices.ts'

/** Which working copies are wanted; what is absent does not matter, but for the trash. */
export interface ArticleFilter {
  readonly status?: readonly ArticleStatus[] | undefined
  readonly section?: Groups | undefined
  readonly tag?: Groups | undefined
  readonly author?: Groups | undefined
  readonly language?: Groups | undefined
  /** Ids of tokens, any of them; null is whoever has no stored token. */
  readonly createdBy?: readonly (string | null)[] | undefined
  readonly hasUnpublishedChanges?: boolean | undefined
  /** Those in the trash alone, or those that are not in it, which is the default. */
  readonly trashed?: boolean | undefined
  readonly updatedAfter?: string | undefined
  readonly updatedBefore?: string | undefined
  readonly search?: SearchQuery | undefined
}

export interface Conditions {
  readonly every: readonly SQL[]
  /** None is without values. */
  readonly choices: readonly Choice[]
}

/** The conditions of a filter, but for what is searched; undefined when no article can fulfil them. */
export async function conditionsOf(query: Query, filter: ArticleFilter): Promise<Conditions | undefined> {
  const { articles: t } = query.tables
  const sections = filter.section && (await sectionIds(query, commonTo(filter.section)))
  const choices = [
    { column: t.status, values: filter.status },
    { column: t.sectionId, values: sections },
    { column: t.createdByTokenId, values: filter.createdBy },
    { column: t.language, values: filter.language && commonTo(filter.language) },
  ].flatMap(({ column, values }) => (values === undefined ? [] : [{ column, values }]))
  if (choices.some(({ values }) => values.length === 0)) return undefined
  const every = [
    filter.trashed ? isNotNull(t.trashedAt) : isNull(t.trashedAt),
    ...changedConditions(query, filter.hasUnpublishedChanges),
    ...(filter.updatedAfter === undefined ? [] : [gt(t.updatedAt, filter.updatedAfter)]),
    ...(filter.updatedBefore === undefined ? [] : [lt(t.updatedAt, filter.updatedBefore)]),
    ...termConditions(query, filter),
  ]
  return { every: every.filter((condition) => condition !== undefined), choices }
}

/** What an article that has but one value may have when each group must name it. */
export function commonTo(groups: Groups): string[] {
  const [first = [], ...others] = groups
  return first.filter((value) => others.every((group) => group.includes(value)))
}

async function sectionIds({ sql: db, tables: t }: Query, slugs: string[]): Promise<string[]> {
  if (slugs.length === 0) return []
  const rows = await db.select({ id: t.sections.id }).from(t.sections).where(inArray(t.sections.slug, slugs))
  return rows.map((row) => row.id)
}

/** In the words of the index `articles_changed`. */
function changedConditions({ tables: { articles: t } }: Query, wanted: boolean | undefined) {
  if (wanted === undefined) return []
  return wanted
    ? [isNotNull(t.publishedVersion), ne(t.contentHash, t.publishedHash)]
    : [or(isNull(t.publishedVersion), eq(t.contentHash, t.publishedHash))]
}

function termConditions({ sql: db, tables: t }: Query, { tag = [], author = [] }: ArticleFilter): SQL[] {
  return [
    ...tag.map((slugs) =>
      inArray(
        t.articles.id,
        db
          .select({ id: t.articleTags.articleId })
          .from(t.articleTags)
          .innerJoin(t.tags, eq(t.tags.id, t.articleTags.tagId))
          .where(inArray(t.tags.slug, [...slugs])),
      ),
    ),
    ...author.map((slugs) =>
      inArray(
        t.articles.id,
        db
          .select({ id: t.articleAuthors.articleId })
          .from(t.articleAuthors)
          .innerJoin(t.authors, eq(t.authors.id, t.articleAuthors.authorId))
          .where(inArray(t.authors.slug, [...slugs])),
      ),
    ),
  ]
}
