import type { Writer } from '../store/index.ts'

/**
 * Deletes versions of an article, but for the current one, the published one and pinned ones, whatever was asked
 * for: they may have become that since it was looked up. Answers how many were deleted.
 */
export async function removeRevisions(
  tx: Writer,
  articleId: string,
  versions: readonly number[],
): Promise<number> {
  const article = await tx.articles.findVersions(articleId)
  if (!article) return 0
  const kept = [article.version, article.publishedVersion]
  return tx.revisions.removeUnpinned(
    articleId,
    versions.filter((version) => !kept.includes(version)),
  )
}
