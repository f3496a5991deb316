import { randomBytes } from 'node:crypto'
import { Problem } from '../contract/errors.ts'
import { slugOf } from '../contract/slug.ts'
import type { Writer } from '../store/index.ts'

/** Takes a slug that a client asked for. Throws `slug-taken` with a free suggestion. */
export async function claimSlug(tx: Writer, slug: string, articleId: string): Promise<string> {
  if (await tx.slugs.reserve(slug, articleId)) return slug
  const suggestion = await tx.slugs.findFree(slug, articleId)
  throw new Problem('slug-taken', `Another article has or had the slug ${slug}.`, {
    errors: [{ pointer: '/slug', code: 'slug-taken', detail: `is taken; ${suggestion} is free` }],
    extensions: { suggestion },
  })
}

/** Takes a slug made of the title: the first free one of `title`, `title-2`, `title-3` … */
export async function deriveSlug(tx: Writer, title: string, articleId: string): Promise<string> {
  const wanted = slugOf(title) || `article-${randomBytes(4).toString('hex')}`
  for (let slug = wanted; ; slug = await tx.slugs.findFree(wanted, articleId)) {
    // Another writer may take it in between where transactions run side by side: then the next one is free.
    if (await tx.slugs.reserve(slug, articleId)) return slug
  }
}
