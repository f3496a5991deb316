import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import type { PublicReader } from '../store/index.ts'
import type { PublishedArticle, Resolution } from '../store/published-articles.ts'
import { cacheControl } from './caching.ts'

/** The article at an address, or the slug that it has now. */
export type FoundArticle = { readonly article: PublishedArticle } | { readonly movedTo: string }

/** What an old slug answers. */
export const movedResponse = z
  .undefined()
  .describe('The slug has changed: `Location` is the new address, for good.')

/** The published article of an id or slug. Throws `not-found` and `article-gone`. */
export async function findArticle(published: PublicReader, idOrSlug: string): Promise<FoundArticle> {
  return foundIn(await published.resolveArticle(idOrSlug.normalize('NFC')))
}

/** What an id or slug leads to, for a reader. Throws `not-found` and `article-gone`. */
function foundIn(resolution: Resolution): FoundArticle {
  if (resolution.kind === 'found') return { article: resolution.article }
  if (resolution.kind === 'moved') return { movedTo: resolution.slug }
  if (resolution.kind === 'unknown') throw new Problem('not-found', 'There is no such article.')
  const { reason, publicReason, at } = resolution
  throw new Problem('article-gone', 'The article was public and is no longer.', {
    extensions: { reason, publicReason, at },
    headers: { 'cache-control': cacheControl },
  })
}
