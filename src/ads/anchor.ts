import { LRUCache } from 'lru-cache'
import { anchorsOf } from '../contract/ad-anchor.ts'
import type { Body } from '../contract/portable-text.ts'

/** So many keys are kept: some 10 MB. */
const mostKeys = 100_000

export interface Anchors {
  /** The anchors of a published article, as `anchorsOf` finds them; `read` gives its body where that is not known by its version. */
  of(article: { readonly id: string; readonly version: number }, read: () => Body): readonly string[]
}

/** Knows the anchors of published articles by their versions: to parse a body takes as long as to choose the ads. */
export function createAnchors(): Anchors {
  const kept = new LRUCache<string, readonly string[]>({
    maxSize: mostKeys,
    sizeCalculation: (keys) => keys.length + 2,
  })
  return {
    of({ id, version }, read) {
      const name = `${id} ${version}`
      const known = kept.get(name)
      if (known) return known
      const found = anchorsOf(read())
      kept.set(name, found)
      return found
    },
  }
}
