import { oldPathOf } from '../contract/old-path.ts'
import type { Writer } from '../store/index.ts'
import { lossOfPath } from './old-paths.ts'

/**
 * Lets old paths lead to an article. Answers how many did not before, and which lead elsewhere and go on doing so, each
 * as a sentence without its stop.
 */
export async function restoreOldPaths(
  tx: Writer,
  articleId: string,
  paths: readonly string[],
): Promise<{ added: number; losses: string[] }> {
  const losses: string[] = []
  let added = 0
  for (const path of paths) {
    const kept = oldPathOf(path)
    const owner = kept === undefined ? undefined : await tx.oldPaths.ownerOf(kept)
    if (kept === undefined) losses.push(`the old path ${path}, which is none`)
    else if (owner === undefined) {
      await tx.oldPaths.remember([{ path: kept, articleId }])
      added += 1
    } else if (owner !== articleId) losses.push(lossOfPath({ path, articleId }))
  }
  return { added, losses }
}
