import type { Desk, Thing } from './desk.ts'
import { hiddenIds, linkable, type Step, type Story } from './story.ts'
import { bodyOf, phrase } from './words.ts'

/** Articles that only the twin has, and that were never public there. */
export const secretArticles = {
  draft,
  change: (story: Story) => withSecret(story, change),
  act: (story: Story) => withSecret(story, act),
  trash: (story: Story) => withSecret(story, trash),
  link: (story: Story) => withSecret(story, link),
  restoreRevision: (story: Story) => withSecret(story, restoreRevision),
  previewToken: (story: Story) => withSecret(story, makePreviewToken),
} as const satisfies Readonly<Record<string, Step>>

export const day = 86_400_000

/** In an hour, in more days than a timer can hold, and in ten years. */
export function later({ dice }: Story): string {
  return new Date(Date.now() + dice.pick([3_600_000, 25 * day, 3_650 * day])).toISOString()
}

export function contentOf(story: Story, desk: Desk): object {
  const { dice, cast, secrets, number } = story
  const word = desk.secret()
  const authorIds = [...cast.authorIds, ...secrets.authorIds]
  return {
    title: `${phrase(dice, 3)} ${word}`,
    slug: `${word}-${number()}`,
    subtitle: `${word} ${phrase(dice, 2)}`,
    body: bodyOf(dice, `${desk.secret()} ${phrase(dice, 2)}`),
    language: dice.pick(['en', 'fr', 'de']),
    sectionId: cast.sectionIds.length > 0 ? dice.pick(cast.sectionIds) : null,
    tagIds: dice.some([...cast.tagIds, ...secrets.tagIds], 5),
    authors: dice.some(authorIds, 4).map((authorId) => ({ authorId })),
    custom: { [desk.secret()]: desk.secret() },
  }
}

export function draft(story: Story): Promise<unknown> {
  return story.inTwin(async (desk) => {
    const embargo = story.dice.chance(20) ? { embargoUntil: new Date(Date.now() + day).toISOString() } : {}
    const made = await desk.write('POST', '/articles', { ...contentOf(story, desk), ...embargo })
    story.secrets.articles.push(made)
    return made
  })
}

/** Does something with an article that was never public, and keeps what it has become. */
async function withSecret(
  story: Story,
  work: (story: Story, desk: Desk, article: Thing, path: string) => Promise<Thing | undefined>,
): Promise<unknown> {
  const { articles } = story.secrets
  if (articles.length < 3) return draft(story)
  const index = story.dice.below(articles.length)
  const article = articles[index] as Thing
  return story.inTwin(async (desk) => {
    const next = await work(story, desk, article, `/articles/${article.id}`)
    articles.splice(index, 1, ...(next ? [next] : []))
    return article
  })
}

async function change(story: Story, desk: Desk, article: Thing, path: string): Promise<Thing> {
  if (article.status === 'killed' || article.trashedAt !== null) return article
  return desk.write('PATCH', path, contentOf(story, desk))
}

/** Any action that its state allows; nothing is published yet. */
async function act(story: Story, desk: Desk, article: Thing, path: string): Promise<Thing> {
  const action = story.dice.pick(article.allowedActions)
  const reason = { reason: desk.secret(), note: desk.secret() }
  const at = { at: later(story) }
  const body = action === 'kill' ? reason : action === 'publish' ? at : undefined
  const isEmbargoed = (article as { embargoUntil?: string | null }).embargoUntil
  if (action === 'publish' && isEmbargoed) return article
  const next = await desk.write('POST', `${path}/${action}`, body)
  if (action !== 'duplicate') return next
  story.secrets.articles.push(next)
  return article
}

async function trash(story: Story, desk: Desk, article: Thing, path: string): Promise<Thing | undefined> {
  if (article.status === 'scheduled') return desk.write('POST', `${path}/unschedule`)
  if (article.trashedAt !== null) {
    await desk.write('DELETE', `${path}?permanent=true`)
    return undefined
  }
  await desk.write('DELETE', path)
  return story.dice.chance(50)
    ? desk.write('POST', `${path}/restore`)
    : { ...article, trashedAt: 'now', allowedActions: ['restore'] }
}

/** To public and hidden articles. */
async function link(story: Story, desk: Desk, article: Thing, path: string): Promise<Thing> {
  if (article.status === 'killed' || article.trashedAt !== null) return article
  const { dice, cast, secrets } = story
  const others = [...linkable(cast).map(({ id }) => id), ...hiddenIds(secrets)]
  const targets = others.filter((id) => id !== article.id)
  const links = dice.some(targets, 5).map((articleId) => ({ articleId, excerpt: desk.secret() }))
  await desk.write('PUT', `${path}/related`, { links })
  return article
}

async function restoreRevision(_: Story, desk: Desk, article: Thing, path: string): Promise<Thing> {
  if (article.status === 'killed' || article.trashedAt !== null) return article
  return desk.write('POST', `${path}/revisions/1/restore`)
}

async function makePreviewToken(story: Story, desk: Desk, article: Thing, path: string): Promise<Thing> {
  if (article.status === 'killed' || article.trashedAt !== null) return article
  const { id } = await desk.write('POST', `${path}/preview-tokens`, { expiresInSeconds: 60 })
  if (story.dice.chance(50)) await desk.write('DELETE', `${path}/preview-tokens/${id}`)
  return article
}
