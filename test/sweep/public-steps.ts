import type { Desk, Thing } from './desk.ts'
import { fillCollection, makeCollection, makeSlot, makeTerm, renameTerm } from './public-lists.ts'
import { hiddenIds, linkable, type PublicArticle, type Step, type Story } from './story.ts'
import { bodyOf, phrase } from './words.ts'

/**
 * What happens in both worlds for all to see. Where an editor's hand is told apart from what becomes public, the two
 * worlds do the same in other words, or the twin adds what is not shown: to the public it must be one and the same.
 */
export const publicSteps = {
  makeTerm,
  renameTerm,
  publish,
  edit,
  editBack,
  relink,
  correct,
  unpublish: (story: Story) =>
    withdraw(story, 'unpublished', (desk, path) => desk.write('POST', `${path}/unpublish`)),
  kill: (story: Story) => {
    const reason = `Withdrawn: ${phrase(story.dice, 3)}`
    return withdraw(story, 'killed', (desk, path) =>
      desk.write('POST', `${path}/kill`, { reason, note: `Said ${desk.secret()}` }),
    )
  },
  publishAgain,
  purge,
  makeCollection,
  fillCollection,
  makeSlot,
} as const satisfies Readonly<Record<string, Step>>

/** What an article is of in both worlds. */
function contentOf({ dice, cast }: Story): object {
  const { sectionIds, tagIds, authorIds } = cast
  return {
    title: phrase(dice, 4),
    subtitle: dice.chance(50) ? phrase(dice, 5) : null,
    body: bodyOf(dice, phrase(dice, 3)),
    language: dice.pick(['en', 'en', 'fr', 'ru']),
    sectionId: sectionIds.length > 0 && dice.chance(80) ? dice.pick(sectionIds) : null,
    tagIds: dice.some(tagIds, 3),
    authors: dice.some(authorIds, 2).map((authorId) => ({ authorId, role: dice.pick([null, 'photo']) })),
    flags: { adsAllowed: dice.chance(80), sensitive: dice.chance(20) },
    custom: { place: phrase(dice, 1) },
  }
}

async function publish(story: Story): Promise<void> {
  const { dice, cast, number, inBoth } = story
  const content = { ...contentOf(story), slug: `article-of-step-${number()}` }
  const backdated = dice.chance(30) ? { at: `2023-12-${10 + dice.below(20)}T12:00:00Z` } : {}
  const note = (desk: Desk) => ({ externalIds: { wire: desk.secret() } })
  const { id } = await inBoth((desk) => desk.write('POST', '/articles', { ...content, ...note(desk) }))
  await inBoth((desk) => desk.write('POST', `/articles/${id}/publish`, backdated))
  cast.articles.push({ id, state: 'public', isSettled: false })
}

function publicOnes({ cast }: Story): PublicArticle[] {
  return cast.articles.filter(({ state }) => state === 'public')
}

/** Does something with a published article that may be published again, or publishes one. */
async function withUnsettled(story: Story, work: (path: string) => Promise<unknown>): Promise<unknown> {
  const articles = publicOnes(story).filter(({ isSettled }) => !isSettled)
  return articles.length === 0 ? publish(story) : work(`/articles/${story.dice.pick(articles).id}`)
}

/** Other words in each world first, then the same ones, which go public. */
function edit(story: Story): Promise<unknown> {
  const { dice, number, inBoth } = story
  return withUnsettled(story, async (path) => {
    await inBoth((desk) => desk.write('PATCH', path, secretChange(desk)))
    const slug = dice.chance(50)
      ? { slug: `edited-in-step-${number()}` }
      : { slug: `kept-in-step-${number()}` }
    const content = { ...contentOf(story), ...slug, excerpt: null, seo: null }
    await inBoth((desk) => desk.write('PATCH', path, content))
    return inBoth((desk) => desk.write('POST', `${path}/publish`))
  })
}

function secretChange(desk: Desk): object {
  const word = desk.secret()
  return {
    title: `Harbour ${word}`,
    slug: `${word}-slug`,
    excerpt: `Of ${word}`,
    seo: { title: word, description: null, canonicalUrl: `https://news.example/${word}` },
  }
}

/** Other words in each world, taken back before anything is published. */
function editBack(story: Story): Promise<unknown> {
  const { inBoth } = story
  return withUnsettled(story, async (path) => {
    const before = await inBoth((desk) => desk.write('PATCH', path, {}))
    await inBoth((desk) => desk.write('PATCH', path, { title: desk.secret(), slug: `${desk.secret()}-back` }))
    const { title, slug } = before as Thing & { title: string }
    await inBoth((desk) => desk.write('PATCH', path, { title, slug }))
    return inBoth((desk) => desk.write('POST', `${path}/publish`))
  })
}

/** The same links in both worlds, and before them, in the twin, those to what only it has. */
function relink(story: Story): Promise<unknown> {
  const { dice, cast, secrets, inBoth } = story
  return withUnsettled(story, async (path) => {
    const others = linkable(cast).filter(({ id }) => !path.endsWith(id))
    const links = [
      ...dice.some(others, 4).map(({ id }) => ({ kind: dice.pick(['related', 'update']), articleId: id })),
      { title: phrase(dice, 3), url: 'https://elsewhere.example/' },
    ]
    const hidden = dice.some(hiddenIds(secrets), 3).map((articleId) => ({ articleId }))
    const first = await inBoth((desk) => desk.write('PUT', `${path}/related`, { links }))
    const kept = links.map((link, index) => ({ ...link, id: linksIn(first)[index]?.id }))
    await inBoth((desk) => desk.write('PUT', `${path}/related`, { links: [...desk.only(hidden), ...kept] }))
    return inBoth((desk) => desk.write('POST', `${path}/publish`))
  })
}

function linksIn(answer: Thing): readonly Thing[] {
  return (answer as Thing & { data: readonly Thing[] }).data
}

async function correct(story: Story): Promise<unknown> {
  const articles = publicOnes(story)
  if (articles.length === 0) return publish(story)
  const { id } = story.dice.pick(articles)
  const text = `Earlier it said ${phrase(story.dice, 3)}.`
  return story.inBoth((desk) => desk.write('POST', `/articles/${id}/corrections`, { text }))
}

async function withdraw(
  story: Story,
  state: 'unpublished' | 'killed',
  work: (desk: Desk, path: string) => Promise<Thing>,
): Promise<unknown> {
  const articles = publicOnes(story)
  if (articles.length < 4) return publish(story)
  const article = story.dice.pick(articles)
  article.state = state
  return story.inBoth((desk) => work(desk, `/articles/${article.id}`))
}

function goneOnes({ cast }: Story): PublicArticle[] {
  return cast.articles.filter(
    ({ state, isSettled }) => (state === 'unpublished' || state === 'killed') && !isSettled,
  )
}

async function publishAgain(story: Story): Promise<unknown> {
  const articles = goneOnes(story)
  if (articles.length === 0) return publish(story)
  const article = story.dice.pick(articles)
  const path = `/articles/${article.id}`
  if (article.state === 'killed') await story.inBoth((desk) => desk.write('POST', `${path}/revive`))
  const credit = phrase(story.dice, 2)
  await story.inBoth((desk) => desk.write('PATCH', path, { credit }))
  article.state = 'public'
  return story.inBoth((desk) => desk.write('POST', `${path}/publish`))
}

/** That it was public is told for ever. */
async function purge(story: Story): Promise<unknown> {
  const articles = goneOnes(story)
  if (articles.length === 0) return makeTerm(story)
  const article = story.dice.pick(articles)
  article.state = 'purged'
  const path = `/articles/${article.id}`
  await story.inBoth((desk) => desk.write('DELETE', path))
  return story.inBoth((desk) => desk.write('DELETE', `${path}?permanent=true`))
}
