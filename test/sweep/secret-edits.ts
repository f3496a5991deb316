import type { Desk, Thing } from './desk.ts'
import { contentOf, day, draft, later } from './secret-articles.ts'
import { hiddenIds, type PublicArticle, type Step, type Story } from './story.ts'

/** What editors of the twin do with articles that both worlds have, and that readers do not see. */
export const secretEdits = { duplicate, changePublic, plan, reopen } as const satisfies Readonly<
  Record<string, Step>
>

/** A copy of a public article is a draft. */
async function duplicate(story: Story): Promise<unknown> {
  const articles = story.cast.articles.filter(({ state }) => state === 'public')
  if (articles.length === 0) return draft(story)
  const { id } = story.dice.pick(articles)
  story.secrets.articles.push(await story.inTwin((desk) => desk.write('POST', `/articles/${id}/duplicate`)))
  return undefined
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
