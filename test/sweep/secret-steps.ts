import type { Desk, Thing } from './desk.ts'
import { hiddenIds, linkable, type PublicArticle, type Step, type Story } from './story.ts'
import { bodyOf, phrase } from './words.ts'

/** What happens in the twin alone, and what the public must not notice anything of. */
export const secretSteps = {
  draft,
  change: (story: Story) => withSecret(story, change),
  act: (story: Story) => withSecret(story, act),
  trash: (story: Story) => withSecret(story, trash),
  link: (story: Story) => withSecret(story, link),
  restoreRevision: (story: Story) => withSecret(story, restoreRevision),
  previewToken: (story: Story) => withSecret(story, makePreviewToken),
  makeTerm,
  renameTerm,
  makeToken,
  duplicate,
  collect,
  changePublic,
  plan,
  reopen,
} as const satisfies Readonly<Record<string, Step>>

const day = 86_400_000

/** In an hour, in more days than a timer can hold, and in ten years. */
function later({ dice }: Story): string {
  return new Date(Date.now() + dice.pick([3_600_000, 25 * day, 3_650 * day])).toISOString()
}

function contentOf(story: Story, desk: Desk): object {
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

function draft(story: Story): Promise<unknown> {
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

const hiddenKinds = ['tag', 'author'] as const

/** A tag or an author of nothing public. */
async function makeTerm({ dice, secrets, inTwin }: Story): Promise<void> {
  const kind = dice.pick(hiddenKinds)
  const { id } = await inTwin((desk) => desk.write('POST', `/${kind}s`, { name: desk.secret() }))
  secrets[`${kind}Ids`].push(id)
}

async function renameTerm(story: Story): Promise<unknown> {
  const kind = story.dice.pick(hiddenKinds)
  const ids = story.secrets[`${kind}Ids`]
  if (ids.length === 0) return makeTerm(story)
  const path = `/${kind}s/${story.dice.pick(ids)}`
  return story.inTwin((desk) => desk.write('PATCH', path, { name: desk.secret(), slug: desk.secret() }))
}

function makeToken({ dice, inTwin }: Story): Promise<unknown> {
  return inTwin(async (desk) => {
    const made = await desk.write('POST', '/tokens', {
      name: desk.secret(),
      role: dice.pick(['writer', 'editor']),
    })
    await desk.write('POST', `/tokens/${made.id}/rotate`)
    if (dice.chance(50)) await desk.write('DELETE', `/tokens/${made.id}`)
    return made
  })
}

/** A copy of a public article is a draft. */
async function duplicate(story: Story): Promise<unknown> {
  const articles = story.cast.articles.filter(({ state }) => state === 'public')
  if (articles.length === 0) return draft(story)
  const { id } = story.dice.pick(articles)
  story.secrets.articles.push(await story.inTwin((desk) => desk.write('POST', `/articles/${id}/duplicate`)))
  return undefined
}

/** Puts what is not public into a public list. */
async function collect({ dice, cast, secrets, inTwin }: Story): Promise<unknown> {
  if (cast.collections.length === 0) return undefined
  const { id, items } = dice.pick(cast.collections)
  const hidden = dice.some(hiddenIds(secrets), 4)
  const left = new Set(linkable(cast).map((article) => article.id))
  const kept = items.filter((articleId) => left.has(articleId))
  const mixed = [...hidden.slice(0, 2), ...kept, ...hidden.slice(2)].map((articleId) => ({ articleId }))
  return inTwin((desk) => desk.write('PATCH', `/collections/${id}`, { items: mixed }))
}

/** Does something with a public article that is not published. */
async function withPublic(
  story: Story,
  work: (desk: Desk, path: string) => Promise<Thing>,
): Promise<unknown> {
  const articles = story.cast.articles.filter(({ state }) => state === 'public')
  // Most of them go on.
  const settled = articles.filter(({ isSettled }) => isSettled)
  const candidates: readonly PublicArticle[] = settled.length * 3 > articles.length ? settled : articles
  if (candidates.length === 0) return draft(story)
  const article = story.dice.pick(candidates)
  article.isSettled = true
  return story.inTwin((desk) => work(desk, `/articles/${article.id}`))
}

function changePublic(story: Story): Promise<unknown> {
  return withPublic(story, async (desk, path) => {
    await desk.write('PATCH', path, contentOf(story, desk))
    const links = story.dice.some(hiddenIds(story.secrets), 3).map((articleId) => ({ articleId }))
    await desk.write('PUT', `${path}/related`, { links })
    return desk.write('POST', `${path}/preview-tokens`)
  })
}

/** Another version that is to come, or an end. */
function plan(story: Story): Promise<unknown> {
  const articles = story.cast.articles.filter(({ state, isSettled }) => state === 'public' && !isSettled)
  const unpublishAt = { unpublishAt: new Date(Date.now() + 30 * day).toISOString() }
  return withPublic(story, async (desk, path) => {
    // What has not been edited is not published again by this.
    if (articles.some(({ id }) => path.endsWith(id)))
      return desk.write('POST', `${path}/publish`, unpublishAt)
    await desk.write('PATCH', path, contentOf(story, desk))
    return desk.write('POST', `${path}/publish`, { at: later(story), unpublishAt: null })
  })
}

/** Works on an article that was public, and is no longer, which the public is told as ever. */
async function reopen(story: Story): Promise<unknown> {
  const { dice, cast } = story
  const gone = cast.articles.filter(({ state }) => state === 'unpublished' || state === 'killed')
  if (gone.length < 2) return draft(story)
  const article = dice.pick(gone)
  const wasKilled = article.state === 'killed'
  article.state = 'reopened'
  const path = `/articles/${article.id}`
  return story.inTwin(async (desk) => {
    if (wasKilled) await desk.write('POST', `${path}/revive`)
    await desk.write('PATCH', path, contentOf(story, desk))
    if (dice.chance(40)) return desk.write('POST', `${path}/publish`, { at: later(story) })
    await desk.write('DELETE', path)
    if (dice.chance(50)) return desk.write('POST', `${path}/restore`)
    return desk.write('DELETE', `${path}?permanent=true`)
  })
}
