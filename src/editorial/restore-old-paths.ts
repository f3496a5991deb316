import { oldPathOf } from '../contract/old-path.ts'
import type { Writer } from '../store/index.ts'
import { lossOfPath } from './old-paths.ts'

/** An article and where it was, as paths are written. */
interface Moved {
  readonly id: string
  readonly oldPaths: readonly string[]
}

/**
 * Lets old paths lead to articles. Answers how many did not before, and, by article, which lead elsewhere and go on doing
 * so, each as a sentence without its stop.
 */
export async function restoreOldPaths(
  tx: Writer,
  articles: readonly Moved[],
): Promise<{ added: number; losses: Map<string, string[]> }> {
  const losses = new Map<string, string[]>()
  const lose = (id: string, loss: string) => losses.set(id, [...(losses.get(id) ?? []), loss])
  const wanted: { readonly path: string; readonly articleId: string; readonly written: string }[] = []
  for (const { id, oldPaths } of articles)
    for (const written of oldPaths) {
      const path = oldPathOf(written)
      if (path === undefined) lose(id, `the old path ${written}, which is none`)
      else wanted.push({ path, articleId: id, written })
    }
  const added = await tx.oldPaths.remember(wanted)
  const owners = await tx.oldPaths.ownersOf(wanted.map(({ path }) => path))
  for (const { path, articleId, written } of wanted)
    if (owners.get(path) !== articleId) lose(articleId, lossOfPath({ path: written, articleId }))
  return { added: added.length, losses }
}
