import { and, asc, eq, gt, gte, inArray, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { ActorReference, ArticleSnapshot } from '../contract/article.ts'
import type { ChangeType } from '../contract/change.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredJson } from '../contract/stored-json.ts'
import type { Query } from '../db/engine.ts'
import { storedJson } from '../db/stored-json.ts'
import { summary } from './article-rows.ts'
import type { StoredSummary } from './articles.ts'
import { type Addresses, addressesReader, type Gone } from './export-addresses.ts'
import { publicContentOf } from './export-public.ts'
import { groupBy } from './group-by.ts'

type Tables = Query['tables']

/** Tables of things that have an id. */
type Named =
  | 'sections'
  | 'tags'
  | 'authors'
  | 'collections'
  | 'adSlots'
  | 'advertisers'
  | 'creatives'
  | 'adPlacements'
  | 'sellers'

/** The state of a version, without its number and what was written in it. */
export interface ExportedRevisionState {
  readonly createdAt: string
  readonly createdBy: ActorReference
  readonly type: ChangeType
  readonly pinned: boolean
}

/** A version that is not the current one. */
export interface ExportedRevision extends ExportedRevisionState {
  readonly articleId: string
  readonly version: number
  readonly snapshot: StoredJson<ArticleSnapshot>
}

/** All that is kept of an article but what was written in it. */
export interface ExportedArticle extends Addresses {
  readonly article: StoredSummary
  /** Null where the current version is not among the revisions. */
  readonly revision: ExportedRevisionState | null
  /** When what is public was written; null where nothing is. */
  readonly publicSince: string | null
  readonly related: readonly RelatedLink[]
  readonly gone: Gone | null
  readonly adPause: { readonly pausedAt: string; readonly pausedBy: ActorReference } | null
  readonly importedFrom: readonly Omit<Tables['importSources']['$inferSelect'], 'articleId'>[]
}

/** What an export reads: everything by id, from after one on. */
export function exportsReader(query: Query) {
  const { sql: db, tables: t } = query
  const { addressesOf, listTraces } = addressesReader(query)

  /** What hangs on some articles. */
  async function partsOf(ids: string[]) {
    const [tags, authors, links, sources, addresses] = await Promise.all([
      db
        .select()
        .from(t.articleTags)
        .where(inArray(t.articleTags.articleId, ids))
        .orderBy(asc(t.articleTags.position)),
      db
        .select()
        .from(t.articleAuthors)
        .where(inArray(t.articleAuthors.articleId, ids))
        .orderBy(asc(t.articleAuthors.position)),
      db
        .select()
        .from(t.relatedLinks)
        .where(inArray(t.relatedLinks.articleId, ids))
        .orderBy(asc(t.relatedLinks.position)),
      db
        .select()
        .from(t.importSources)
        .where(inArray(t.importSources.articleId, ids))
        .orderBy(asc(t.importSources.system), asc(t.importSources.externalId)),
      addressesOf(ids),
    ])
    return {
      tagIds: groupBy(
        tags,
        (row) => row.articleId,
        (row) => row.tagId,
      ),
      authors: groupBy(
        authors,
        (row) => row.articleId,
        ({ authorId, role }) => ({ authorId, role }),
      ),
      related: groupBy(
        links,
        (row) => row.articleId,
        ({ articleId: _, targetId, ...link }): RelatedLink => ({ ...link, articleId: targetId }),
      ),
      sources: groupBy(
        sources,
        (row) => row.articleId,
        ({ articleId: _, ...source }) => source,
      ),
      addresses,
    }
  }

  return {
    addressesOf,
    listTraces,

    async countArticles(): Promise<number> {
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(t.articles)
      return Number(row?.count ?? 0)
    },

    /** The next rows of a table. */
    async listRows<Name extends Named>(
      name: Name,
      after: string,
      limit: number,
    ): Promise<Tables[Name]['$inferSelect'][]> {
      // Each has an id; that they are of one kind is all that is asked of the rows.
      const table = t[name] as Tables['advertisers']
      const rows = await db
        .select()
        .from(table)
        .where(gt(table.id, after))
        .orderBy(asc(table.id))
        .limit(limit)
      return rows as Tables[Name]['$inferSelect'][]
    },

    /** Ids of the articles of some collections, in order, by collection. */
    async itemsOf(collectionIds: readonly string[]): Promise<Map<string, string[]>> {
      const rows = await db
        .select()
        .from(t.collectionItems)
        .where(inArray(t.collectionItems.collectionId, [...collectionIds]))
        .orderBy(asc(t.collectionItems.position))
      return groupBy(
        rows,
        (row) => row.collectionId,
        (row) => row.articleId,
      )
    },

    async listArticles(after: string, limit: number): Promise<ExportedArticle[]> {
      const rows = await db
        .select({
          row: t.articles,
          revision: {
            createdAt: t.revisions.createdAt,
            createdBy: t.revisions.createdBy,
            type: t.revisions.type,
            pinned: t.revisions.pinned,
          },
          publicSince: t.publishedArticles.updatedAt,
          gone: {
            reason: t.goneArticles.reason,
            publicReason: t.goneArticles.publicReason,
            at: t.goneArticles.at,
          },
          adPause: { pausedAt: t.adPauses.pausedAt, pausedBy: t.adPauses.pausedBy },
        })
        .from(t.articles)
        .leftJoin(
          t.revisions,
          and(eq(t.revisions.articleId, t.articles.id), eq(t.revisions.version, t.articles.version)),
        )
        .leftJoin(t.publishedArticles, eq(t.publishedArticles.id, t.articles.id))
        .leftJoin(t.goneArticles, eq(t.goneArticles.articleId, t.articles.id))
        .leftJoin(t.adPauses, eq(t.adPauses.articleId, t.articles.id))
        .where(gt(t.articles.id, after))
        .orderBy(asc(t.articles.id))
        .limit(limit)
      if (rows.length === 0) return []
      const parts = await partsOf(rows.map(({ row }) => row.id))
      return rows.map(({ row, ...rest }) => ({
        ...rest,
        article: summary(row, {
          tagIds: parts.tagIds.get(row.id) ?? [],
          authors: parts.authors.get(row.id) ?? [],
        }),
        related: parts.related.get(row.id) ?? [],
        importedFrom: parts.sources.get(row.id) ?? [],
        ...parts.addresses(row.id),
      }))
    },

    /** The bodies of some working copies, by article, as they are stored. */
    async bodiesOf(articleIds: readonly string[]): Promise<Map<string, StoredJson<Body>>> {
      const rows = await db
        .select({ id: t.articleBodies.articleId, body: storedJson<Body>(query, t.articleBodies.body) })
        .from(t.articleBodies)
        .where(inArray(t.articleBodies.articleId, [...articleIds]))
      return new Map(rows.map(({ id, body }) => [id, body]))
    },

    /**
     * What was published of an article, whole: the version, as it is kept, where it is; else as much of it as the public
     * sees.
     */
    async findPublished(
      articleId: string,
      version: number | null,
    ): Promise<StoredJson<ArticleSnapshot> | ArticleSnapshot | undefined> {
      const [kept] = await db
        .select({ snapshot: storedJson<ArticleSnapshot>(query, t.revisions.snapshot) })
        .from(t.revisions)
        .where(and(eq(t.revisions.articleId, articleId), eq(t.revisions.version, version ?? 0)))
      return kept?.snapshot ?? publicContentOf(query, articleId)
    },

    /** The next versions of articles from the first to the last, but for the current ones, by article and number. */
    async listRevisions(
      { first, last }: { first: string; last: string },
      after: { readonly articleId: string; readonly version: number } | undefined,
      limit: number,
    ): Promise<ExportedRevision[]> {
      const { revisions: r } = t
      const isAfter: SQL | undefined =
        after &&
        or(
          gt(r.articleId, after.articleId),
          and(eq(r.articleId, after.articleId), gt(r.version, after.version)),
        )
      return db
        .select({
          articleId: r.articleId,
          version: r.version,
          createdAt: r.createdAt,
          createdBy: r.createdBy,
          type: r.type,
          pinned: r.pinned,
          snapshot: storedJson<ArticleSnapshot>(query, r.snapshot),
        })
        .from(r)
        .innerJoin(t.articles, eq(t.articles.id, r.articleId))
        .where(
          and(
            gte(r.articleId, after?.articleId ?? first),
            lte(r.articleId, last),
            ne(r.version, t.articles.version),
            isAfter,
          ),
        )
        .orderBy(asc(r.articleId), asc(r.version))
        .limit(limit)
    },
  }
}
