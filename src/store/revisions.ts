import { and, desc, eq, inArray, lt, lte, sql } from 'drizzle-orm'
import type { ActorReference, ArticleSnapshot } from '../contract/article.ts'
import type { ChangeType } from '../contract/change.ts'
import { Problem } from '../contract/errors.ts'
import type { Query } from '../db/engine.ts'
import { cutPage } from '../db/page.ts'
import { statement, statementOfRows } from '../db/statement.ts'

/** A version of an article without what was written in it. */
export interface RevisionState {
  readonly articleId: string
  readonly version: number
  readonly createdAt: string
  readonly createdBy: ActorReference
  /** What made the version. */
  readonly type: ChangeType
  /** Kept whatever its age. */
  readonly pinned: boolean
}

/** One accepted version of an article, whole. */
export interface Revision extends RevisionState {
  readonly snapshot: ArticleSnapshot
}

const insertRevisions = statementOfRows(
  (t) => t.revisions,
  ({ sql: db, tables: t }, rows) => db.insert(t.revisions).values(rows),
)
const selectRevision = statement(({ sql: db, tables: { revisions } }) =>
  db
    .select()
    .from(revisions)
    .where(
      and(
        eq(revisions.articleId, sql.placeholder('articleId')),
        eq(revisions.version, sql.placeholder('version')),
      ),
    ),
)

/** Which version of which article. */
export interface RevisionName {
  readonly articleId: string
  readonly version: number
}

export function revisionsReader(query: Query) {
  const { sql: db, tables: t } = query
  const names = { articleId: t.revisions.articleId, version: t.revisions.version }

  async function find(articleId: string, version: number): Promise<Revision | undefined> {
    const [row] = await selectRevision(query, { articleId, version })
    return row
  }

  return {
    find,

    /** Throws `not-found`. */
    async get(articleId: string, version: number): Promise<Revision> {
      const revision = await find(articleId, version)
      if (!revision) throw new Problem('not-found', `The article has no version ${version} that is kept.`)
      return revision
    },

    /** The versions of an article that are kept, the newest first; those before `before` alone. */
    async list(
      articleId: string,
      { before, limit }: { before: number | undefined; limit: number },
    ): Promise<{ items: RevisionState[]; next: number | null }> {
      const rows = await db
        .select({
          ...names,
          createdAt: t.revisions.createdAt,
          createdBy: t.revisions.createdBy,
          type: t.revisions.type,
          pinned: t.revisions.pinned,
        })
        .from(t.revisions)
        .where(
          and(
            eq(t.revisions.articleId, articleId),
            before === undefined ? undefined : lt(t.revisions.version, before),
          ),
        )
        .orderBy(desc(t.revisions.version))
        .limit(limit + 1)
      const { items, last } = cutPage(rows, limit)
      return { items, next: last?.version ?? null }
    },

    /** How many versions of an article are kept. */
    async count(articleId: string): Promise<number> {
      const [row] = await db
        .select({ count: sql<number>`count(*)` })
        .from(t.revisions)
        .where(eq(t.revisions.articleId, articleId))
      return Number(row?.count ?? 0)
    },

    /** Every version of some articles, the newest of each first. Answered from the index alone. */
    async listVersions(articleIds: readonly string[]): Promise<RevisionName[]> {
      return db
        .select(names)
        .from(t.revisions)
        .where(inArray(t.revisions.articleId, [...articleIds]))
        .orderBy(t.revisions.articleId, desc(t.revisions.version))
    },

    /** The versions of an article up to `newest` that are not pinned, the oldest first. */
    async unpinnedOf(articleId: string, newest: number): Promise<number[]> {
      const rows = await db
        .select({ version: t.revisions.version })
        .from(t.revisions)
        .where(
          and(
            eq(t.revisions.articleId, articleId),
            lte(t.revisions.version, newest),
            eq(t.revisions.pinned, false),
          ),
        )
        .orderBy(t.revisions.version)
      return rows.map((row) => row.version)
    },

    /** The versions of some articles that were made before `until`. */
    async listOlder(articleIds: readonly string[], until: string): Promise<RevisionName[]> {
      return db
        .select(names)
        .from(t.revisions)
        .where(and(inArray(t.revisions.articleId, [...articleIds]), lt(t.revisions.createdAt, until)))
        .orderBy(t.revisions.articleId, t.revisions.version)
    },
  }
}

export function revisionsWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...revisionsReader(query),

    async append(revisions: readonly Revision[]): Promise<void> {
      await insertRevisions(query, revisions)
    },

    async setPinned(articleId: string, version: number, pinned: 'pinned' | 'unpinned'): Promise<void> {
      await db
        .update(t.revisions)
        .set({ pinned: pinned === 'pinned' })
        .where(and(eq(t.revisions.articleId, articleId), eq(t.revisions.version, version)))
    },

    /** Deletes those of the versions of an article that are not pinned; answers how many. */
    async removeUnpinned(articleId: string, versions: readonly number[]): Promise<number> {
      const removed = await db
        .delete(t.revisions)
        .where(
          and(
            eq(t.revisions.articleId, articleId),
            inArray(t.revisions.version, [...versions]),
            eq(t.revisions.pinned, false),
          ),
        )
        .returning({ version: t.revisions.version })
      return removed.length
    },
  }
}
