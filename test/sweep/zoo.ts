import { type ArticleState, makeArticle } from './article-states.ts'
import type { Canaries } from './canaries.ts'
import type { Made, Write } from './write.ts'

/** Something that the public must not notice. */
export interface Hidden {
  readonly what: string
  /** Its ids and slugs: whatever an address could name it by. */
  readonly names: readonly string[]
}

export interface Zoo {
  /** Addresses that the API gave with its answers, such as that of a preview with its token. */
  readonly urls: readonly string[]
  /** The published article that most of the hidden things hang on. */
  readonly shown: Made
  readonly hidden: readonly Hidden[]
  /** Ids that are there, in places where nobody asks for them. */
  readonly unlikely: readonly string[]
  /** The id of something public of each kind. */
  readonly ids: ReadonlyMap<string, string>
  readonly write: Write
  /** What the fields of a draft hold, by their names. */
  readonly values: ReadonlyMap<string, string>
  /** Makes one more article that is in a state. */
  makeArticle(state: ArticleState): Promise<Made>
}

const hour = 3_600_000
const day = 24 * hour

/**
 * Fills a server with one of each thing that must stay hidden, each with canaries of its own. `now` is what the clock
 * of the server says, in milliseconds since 1970.
 */
export async function fillZoo(write: Write, canaries: Canaries, now: number): Promise<Zoo> {
  const hidden: Hidden[] = []
  const unlikely: string[] = []
  const { make } = canaries
  /** Notes that something is not public, and that its names are canaries. */
  const hide = (what: string, { id, slug }: Made): void => {
    const names = [id, slug].filter((name) => name !== undefined)
    for (const name of names) canaries.watch(name, `${what} (by its name)`)
    hidden.push({ what, names })
  }
  const later = (ms: number) => new Date(now + ms).toISOString()

  const shownTerms = {
    sectionId: (await write('POST', '/sections', { name: 'City' })).id,
    tagIds: [(await write('POST', '/tags', { name: 'Transport' })).id],
    authors: [{ authorId: (await write('POST', '/authors', { name: 'Jane Roe' })).id }],
  }
  const hiddenTag = await write('POST', '/tags', { name: `Tag ${make('a tag of drafts')}` })
  const hiddenAuthor = await write('POST', '/authors', { name: `By ${make('an author of drafts')}` })
  hide('a tag of drafts', hiddenTag)
  hide('an author of drafts', hiddenAuthor)
  const hiddenTerms = {
    sectionId: shownTerms.sectionId,
    tagIds: [hiddenTag.id, ...shownTerms.tagIds],
    authors: [
      { authorId: hiddenAuthor.id, role: make('the role of an author of drafts') },
      ...shownTerms.authors,
    ],
  }

  /** An article of which nothing may be seen but what `shown` says. */
  const secretContent = (what: string) => ({
    title: `Harbour ${make(`the title of ${what}`)}`,
    subtitle: make(`the subtitle of ${what}`),
    excerpt: make(`the excerpt of ${what}`),
    body: [textBlock(`Bridge ${make(`the body of ${what}`)}`)],
    credit: make(`the credit of ${what}`),
    custom: { [make(`a custom name of ${what}`)]: make(`a custom value of ${what}`) },
    seo: { title: make(`the seo title of ${what}`) },
    source: { name: make(`the source of ${what}`) },
    ...internalContent(what),
    ...hiddenTerms,
  })
  const internalContent = (what: string) => ({
    externalIds: { [make(`the system of an id of ${what}`)]: make(`an external id of ${what}`) },
    flags: { adsAllowed: true, sensitive: true },
  })
  const makeHidden = async (what: string): Promise<Made> => {
    const made = await write('POST', '/articles', secretContent(what))
    hide(what, made)
    return made
  }
  const makePublic = (what: string, more: object = {}) =>
    write('POST', '/articles', {
      title: `Harbour bridge, ${what}`,
      body: [textBlock('The harbour bridge is open.')],
      ...shownTerms,
      ...internalContent(what),
      ...more,
    })
  const publish = (id: string) => write('POST', `/articles/${id}/publish`)

  const draft = await makeHidden('a draft')
  const steps: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
    'a text in review': (id) => write('POST', `/articles/${id}/submit`),
    'an approved text': async (id) => {
      await write('POST', `/articles/${id}/submit`)
      await write('POST', `/articles/${id}/approve`)
    },
    'a text scheduled for the hour to come': (id) =>
      write('POST', `/articles/${id}/publish`, { at: later(hour), unpublishAt: later(2 * hour) }),
    'a text scheduled beyond the longest timer': (id) =>
      write('POST', `/articles/${id}/publish`, { at: later(25 * day) }),
    'a text scheduled in ten years': (id) =>
      write('POST', `/articles/${id}/publish`, { at: later(3_650 * day) }),
    'a text under embargo': (id) => write('PATCH', `/articles/${id}`, { embargoUntil: later(day) }),
    'a draft in the trash': (id) => write('DELETE', `/articles/${id}`),
    'a killed draft': (id) =>
      write('POST', `/articles/${id}/kill`, {
        reason: make('why a draft was killed'),
        note: make('a note on a draft'),
      }),
    'a draft that was deleted for good': async (id) => {
      await write('DELETE', `/articles/${id}`)
      await write('DELETE', `/articles/${id}?permanent=true`)
    },
  }
  for (const [what, step] of Object.entries(steps)) await step((await makeHidden(what)).id)
  hide('a copy of a draft', await write('POST', `/articles/${draft.id}/duplicate`))

  const shown = await makePublic('shown', { slug: 'harbour-bridge-reopens' })
  const others = { [shown.id]: 'a published article' }
  for (const what of ['withdrawn', 'killed', 'backed out']) {
    const { id } = await makePublic(what)
    await publish(id)
    others[id] = `an article that was ${what}`
  }
  const [, withdrawn = '', killed = '', backedOut = ''] = Object.keys(others)
  // Once in a revision alone, and taken back before the article was published.
  await write('PATCH', `/articles/${shown.id}`, {
    title: make('an earlier title'),
    subtitle: make('an earlier subtitle'),
  })
  await write('PATCH', `/articles/${shown.id}`, { title: 'Harbour bridge, shown', subtitle: null })
  const links = [{ articleId: draft.id }, { title: 'A link to nothing yet' }, { articleId: backedOut }]
  await write('PUT', `/articles/${shown.id}/related`, { links })
  await publish(shown.id)
  await write('POST', `/articles/${withdrawn}/unpublish`)
  await write('POST', `/articles/${killed}/kill`, {
    reason: 'It was wrong.',
    note: make('a note on a killed article'),
  })
  await write('POST', `/articles/${backedOut}/unpublish`)
  await write('DELETE', `/articles/${backedOut}`)
  for (const [id, what] of Object.entries(others).filter(([id]) => id !== killed && id !== backedOut)) {
    const edited = `the edits of ${what}`
    const slug = make(`the next slug of ${what}`)
    await write('PATCH', `/articles/${id}`, { ...secretContent(edited), slug })
    hidden.push({ what: edited, names: [slug] })
    const link = { title: make(`a link in ${edited}`), excerpt: make(`the excerpt of a link in ${edited}`) }
    const made = await write('POST', `/articles/${id}/related`, link)
    canaries.watch(made.id, `the id of a link in ${edited}`)
    unlikely.push(made.id)
  }

  const ads = await placeAds({ write, canaries, hide }, draft.id, hiddenTag.id)
  const items = [draft.id, shown.id, withdrawn].map((articleId) => ({ articleId }))
  await write('POST', '/collections', { key: 'front-page', name: 'Front page', items })
  const preview = await write('POST', `/articles/${draft.id}/preview-tokens`)
  canaries.watch(preview.id, 'the id of a preview token')
  canaries.watch(preview.token ?? '', 'a preview token')
  const token = await write('POST', '/tokens', { name: make('the name of a token'), role: 'writer' })
  hide('a token', token)
  canaries.watch(token.token ?? '', 'a token')

  return {
    urls: [preview.url ?? '', ...['creative', 'click'].map((part) => `/v1/ads/${ads.shownId}/${part}`)],
    shown,
    hidden,
    unlikely: unlikely.slice(0, 1),
    ids: new Map([
      ['article', shown.id],
      ['section', shownTerms.sectionId],
      ['tag', shownTerms.tagIds[0] ?? ''],
      ['author', shownTerms.authors[0]?.authorId ?? ''],
      ...ads.ids,
    ]),
    write,
    values: textsOf(draft),
    makeArticle: (state) => makeArticle(write, state, later(day)),
  }
}

interface AdParts {
  readonly write: Write
  readonly canaries: Canaries
  hide(what: string, made: Made): void
}

/** An ad that every page has, and others that nobody may see: on a draft, on a tag of drafts, and placed nowhere. */
async function placeAds(
  { write, canaries, hide }: AdParts,
  draftId: string,
  tagId: string,
): Promise<{ shownId: string; ids: (readonly [string, string])[] }> {
  const { make } = canaries
  const slot = await write('POST', '/ad-slots', {
    ...{ key: 'after-body', name: make('the name of a slot'), place: 'after-body', maxPlacements: 9 },
  })
  const advertiser = await write('POST', '/advertisers', { name: make('the name of an advertiser') })
  hide('an advertiser', advertiser)
  const creativeOf = (title: string) =>
    write('POST', '/creatives', {
      ...{ advertiserId: advertiser.id, title, format: 'text' },
      clickUrl: 'https://scooters.example/x',
    })
  const place = (creative: Made, scope: object) =>
    write('POST', '/ad-placements', { slotId: slot.id, creativeId: creative.id, scope })
  const creative = await creativeOf('Electric Scooter X')
  const shown = await place(creative, { type: 'site' })
  const hiddenScopes = {
    draft: { type: 'article', id: draftId },
    'tag of drafts': { type: 'tag', id: tagId },
  }
  for (const [what, scope] of Object.entries(hiddenScopes)) {
    const hidden = await creativeOf(`Scooter ${make(`an ad on a ${what}`)}`)
    hide(`a creative on a ${what}`, hidden)
    hide(`a placement on a ${what}`, await place(hidden, scope))
  }
  hide('a creative that is placed nowhere', await creativeOf(make('an ad that is placed nowhere')))
  const ids = Object.entries({ slot, advertiser, creative }).map(([kind, { id }]) => [kind, id] as const)
  return { shownId: shown.id, ids }
}

/** The texts in a value, by the names of their members with dots. */
function textsOf(value: unknown, name = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[name, value]])
  if (typeof value !== 'object' || value === null) return new Map()
  const inner = Object.entries(value).flatMap(([key, member]) => {
    const isItem = Array.isArray(value)
    return [...textsOf(member, isItem ? name : [name, key].filter(Boolean).join('.'))]
  })
  return new Map(inner)
}

function textBlock(text: string): object {
  return { _type: 'block', style: 'normal', children: [{ _type: 'span', text }] }
}
