import type { Writer } from '../store/index.ts'
import type { OldPath } from '../store/old-paths.ts'

/** Those of the paths that lead to another article already, or to one before in the list: they go on doing so. */
export async function takenPaths(tx: Writer, paths: readonly OldPath[]): Promise<ReadonlySet<OldPath>> {
  const owners = await tx.oldPaths.ownersOf(paths.map(({ path }) => path))
  const taken = new Set<OldPath>()
  for (const each of paths) {
    const owner = owners.get(each.path)
    if (owner === undefined) owners.set(each.path, each.articleId)
    else if (owner !== each.articleId) taken.add(each)
  }
  return taken
}

/** What is lost of it, as a sentence without its stop. */
export function lossOfPath({ path }: OldPath): string {
  return `the old path ${path}, which leads to another article here`
}
