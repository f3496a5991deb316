import { removeRevisions } from '../editorial/retention.ts'
import type { ArticleVersions } from '../store/articles.ts'
import type { Db, Reader } from '../store/index.ts'
import { daysBefore, type MaintenanceTask } from './task.ts'

/** So many articles are looked at together. */
const articlesAtOnce = 100
/** So many versions are deleted together: each may have megabytes. */
const versionsAtOnce = 10

interface RetentionOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** So many of the newest versions of each article are kept; 0 for all. */
  readonly keep: number
  /** Versions older than so many days are deleted; 0 for never. */
  readonly days: number
}

interface Surplus {
  readonly articleId: string
  /** The oldest first. */
  readonly versions: readonly number[]
}

/**
 * Deletes versions of articles beyond a number and an age, never the current one, the published one or a pinned
 * one. Several processes may do it at once.
 */
export function dropOldRevisions({ db, clock, keep, days }: RetentionOptions): MaintenanceTask {
  return {
    name: 'revisions',
    async *pass(onFailure) {
      const until = days === 0 ? undefined : daysBefore(clock(), days)
      let last: ArticleVersions | undefined
      do {
        const { articles, surplus } = await db.read(async (reader) => {
          const articles = await reader.articles.listVersions({ after: last?.id, limit: articlesAtOnce })
          return { articles, surplus: await findSurplus(reader, articles, { keep, until }) }
        })
        yield 0
        for (const { articleId, versions } of surplus) {
          try {
            for (const some of chunksOf(versions, versionsAtOnce))
              yield await db.write((tx) => removeRevisions(tx, articleId, some))
          } catch (error) {
            // An article whose versions cannot be deleted does not keep the others.
            onFailure(error, { articleId })
          }
        }
        last = articles.at(-1)
      } while (last !== undefined)
    },
  }
}

/** The versions of some articles that are not to be kept any longer. */
async function findSurplus(
  reader: Reader,
  articles: readonly ArticleVersions[],
  { keep, until }: { keep: number; until: string | undefined },
): Promise<Surplus[]> {
  const ids = articles.map((article) => article.id)
  // Most articles never had as many versions as are kept.
  const many = articles.filter(({ version }) => keep > 0 && version > keep).map((article) => article.id)
  const all = many.length === 0 ? [] : await reader.revisions.listVersions(many)
  const old = until === undefined ? [] : await reader.revisions.listOlder(ids, until)
  const byArticle = Map.groupBy(all, (revision) => revision.articleId)
  const oldByArticle = Map.groupBy(old, (revision) => revision.articleId)
  const surplus: Surplus[] = []
  for (const { id: articleId, version, publishedVersion } of articles) {
    const beyond = (byArticle.get(articleId) ?? []).slice(keep)
    const candidates = new Set([...beyond, ...(oldByArticle.get(articleId) ?? [])].map((one) => one.version))
    candidates.delete(version)
    if (publishedVersion !== null) candidates.delete(publishedVersion)
    if (candidates.size === 0) continue
    const versions = await reader.revisions.unpinnedOf(articleId, Math.max(...candidates))
    surplus.push({ articleId, versions: versions.filter((one) => candidates.has(one)) })
  }
  return surplus
}

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
