import { randomBytes } from 'node:crypto'
import { Problem } from '../contract/errors.ts'
import { slugOf } from '../contract/slug.ts'
import type { Writer } from '../store/index.ts'
import type { SlugOfArticle } from '../store/slugs.ts'

/** The slug of an article that is being made. */
export interface NewSlug {
  readonly slug: string
  /** Resolves when the article has it; to be waited for with what else is written of the article. */
  readonly taking: Promise<void>
}

/**
 * Takes the slug of a new article: the one that was asked for, or else one made of the title. Where the transaction
 * may guess, it is taken to be free, as nearly all are, and goes to the database with the article itself. Throws
 * `slug-taken`.
 */
export async function takeSlug(
  tx: Writer,
  { slug, title }: { slug?: string | undefined; title: string },
  articleId: string,
): Promise<NewSlug> {
  if (!tx.mayGuess) {
    const taken = await (slug === undefined
      ? deriveSlug(tx, title, articleId)
      : claimSlug(tx, slug, articleId))
    return { slug: taken, taking: Promise.resolve() }
  }
  if (slug !== undefined) return { slug, taking: claimSlug(tx, slug, articleId).then(() => {}) }
  const wanted = wantedSlug(title)
  return { slug: wanted, taking: takeGuessed(tx, wanted, articleId) }
}

/**
 * Takes the slugs of new articles, made of their titles: one after the other, each the first that is free. Answers them
 * in order.
 */
export async function takeSlugs(
  tx: Writer,
  articles: readonly { readonly id: string; readonly title: string }[],
): Promise<string[]> {
  const wanted = articles.map(({ id, title }) => ({ articleId: id, slug: wantedSlug(title) }))
  const got = new Set((await tx.slugs.reserveFree(wanted)).map(({ articleId }) => articleId))
  const slugs: string[] = []
  for (const { articleId, slug } of wanted)
    slugs.push(got.has(articleId) ? slug : await firstFree(tx, slug, articleId))
  return slugs
}

/** Takes slugs for articles that may have them already. Throws `slug-taken`. */
export async function claimSlugs(tx: Writer, wanted: readonly SlugOfArticle[]): Promise<void> {
  const taken = new Map((await tx.slugs.reserveFree(wanted)).map(({ slug, articleId }) => [slug, articleId]))
  for (const { slug, articleId } of wanted)
    if (taken.get(slug) !== articleId) await claimSlug(tx, slug, articleId)
}

async function takeGuessed(tx: Writer, slug: string, articleId: string): Promise<void> {
  if (!(await tx.slugs.reserve(slug, articleId))) tx.guessedWrong()
}

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
  return firstFree(tx, wantedSlug(title), articleId)
}

async function firstFree(tx: Writer, wanted: string, articleId: string): Promise<string> {
  for (let slug = wanted; ; slug = await tx.slugs.findFree(wanted, articleId)) {
    // Another writer may take it in between where transactions run side by side: then the next one is free.
    if (await tx.slugs.reserve(slug, articleId)) return slug
  }
}

function wantedSlug(title: string): string {
  return slugOf(title) || `article-${randomBytes(4).toString('hex')}`
}
