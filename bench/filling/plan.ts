import type { UnkeyedBlock } from '../../src/contract/portable-text.ts'
import type { RelatedKind } from '../../src/contract/related-link.ts'
import type { PagePlacement } from '../../src/importers/plain-text-page.ts'
import { type Dice, diceOf } from './random.ts'
import { writeBody, writeSentences, writeTitle } from './text.ts'
import { languages, vocabularyOf } from './vocabulary.ts'

/** A newsroom of which everything follows from these, whoever carries it out. */
export interface NewsroomPlan {
  readonly articles: number
  readonly seed: number
  /** Milliseconds since 1970: everything is done before. */
  readonly until: number
  /** How long it took, in milliseconds. */
  readonly span: number
}

export type TermKind = 'section' | 'tag' | 'author'

/** What an editor writes, its terms named by their slugs. */
export interface PlannedContent {
  readonly title: string
  readonly subtitle: string | null
  readonly excerpt: string | null
  readonly language: string
  readonly section: string | null
  readonly tags: readonly string[]
  readonly authors: readonly { readonly slug: string; readonly role: string | null }[]
  readonly credit: string | null
  readonly source: { readonly attribution: string; readonly name: string; readonly url: string } | null
  readonly flags: { readonly adsAllowed: boolean; readonly sensitive: boolean }
  readonly custom: Readonly<Record<string, unknown>>
  readonly body: UnkeyedBlock[]
}

/** The words that each text is found by, and what the title is sorted by. */
export interface PlannedWords {
  readonly titleSort: string
  readonly title: readonly string[]
  readonly subtitle: readonly string[]
  readonly excerpt: readonly string[]
  readonly body: readonly string[]
}

export interface PlannedLink {
  readonly kind: RelatedKind
  /** The number of an article that was made before. */
  readonly target: number | null
  readonly url: string | null
  readonly title: string | null
  readonly excerpt: string | null
}

export type Deed =
  | { readonly what: 'create'; readonly content: PlannedContent; readonly words: PlannedWords }
  | { readonly what: 'relate'; readonly links: readonly PlannedLink[] }
  /** `at`, an instant long before, is when it is said to have been published. */
  | { readonly what: 'publish'; readonly at: string | null }
  | { readonly what: 'patch'; readonly subtitle: string; readonly words: readonly string[] }
  | { readonly what: 'correct'; readonly text: string }
  | { readonly what: 'unpublish' }
  | { readonly what: 'kill'; readonly reason: string }
  | { readonly what: 'advertise'; readonly placements: readonly PagePlacement[] }

/** Something that is done to the article with this number. */
export interface Step {
  readonly at: number
  readonly article: number
  readonly deed: Deed
  /** Nothing is done to the article afterwards. */
  readonly isLast: boolean
}

const sectionNames = 'World Politics Business Science Health Culture Sport Travel Opinion Climate'.split(' ')
/** How many articles later an article may still be changed. */
const longest = 40
const dayMs = 86_400_000

const series = ['Morning briefing', 'The week in pictures', 'What we know so far', 'Letters', 'On this day']
/** What the ads of single articles say. */
export const adTexts = Array.from(
  { length: 24 },
  (_, index) => `Electric Scooter ${String.fromCharCode(65 + index)}`,
)

/** The terms of a newsroom, in the order in which they are made; the first are the most common. */
export function termsOf({ articles }: NewsroomPlan): readonly PlannedTerm[] {
  const named = (kind: TermKind, names: readonly string[]) =>
    names.map((name) => ({ kind, name, slug: name.toLowerCase().replaceAll(' ', '-') }))
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name} ${index + 1}`)
  return [
    ...named('section', sectionNames),
    ...named('tag', numbered('Topic', Math.min(400, 12 + Math.floor(articles / 10)))),
    ...named('author', numbered('Reporter', Math.min(150, 6 + Math.floor(articles / 20)))),
  ]
}

export interface PlannedTerm {
  readonly kind: TermKind
  readonly slug: string
  readonly name: string
}

/** Slugs by kind. */
type Slugs = Readonly<Record<TermKind, readonly string[]>>

function slugsOf(plan: NewsroomPlan): Slugs {
  const terms = termsOf(plan)
  const of = (kind: TermKind) => terms.flatMap((term) => (term.kind === kind ? [term.slug] : []))
  return { section: of('section'), tag: of('tag'), author: of('author') }
}

/** Few are common, most are rare. */
function skewed<T>(dice: Dice, list: readonly T[]): T {
  return list[Math.floor(list.length * dice.next() ** 3)] as T
}

function someOf<T>(dice: Dice, list: readonly T[], count: number): T[] {
  return [...new Set(Array.from({ length: count }, () => skewed(dice, list)))]
}

/** Everything that the newsroom does, in the order of time. */
export function* timeline(plan: NewsroomPlan): Generator<Step> {
  const slugs = slugsOf(plan)
  let waiting: Step[] = []
  for (let article = 0; article < plan.articles; article += 1) {
    const steps = stepsOf(plan, slugs, article)
    const begin = steps[0]?.at ?? 0
    // Steady: what an article has at one instant stays in order.
    waiting = [...waiting, ...steps].sort((one, other) => one.at - other.at)
    const due = waiting.findIndex(({ at, article: of }) => at > begin || (at === begin && of === article))
    yield* waiting.slice(0, due)
    waiting = waiting.slice(due)
  }
  yield* waiting
}

function stepsOf({ articles, seed, until, span }: NewsroomPlan, slugs: Slugs, article: number): Step[] {
  const dice = diceOf(seed, article)
  // The last may still be changed, and nothing is done in the future.
  const slot = span / (articles + longest + 2)
  // An agency sends several at once.
  const isAtOnce = diceOf(seed, -1 - Math.floor(article / 4)).chance(0.3)
  const begin = until - span + slot * (isAtOnce ? article - (article % 4) : article)
  const deeds: [at: number, Deed][] = [[0, createOf(dice, slugs, article)]]
  const later = () => 1 + dice.below(longest - 1)
  if (dice.chance(0.6)) deeds.push([0.2, { what: 'relate', links: linksOf(dice, article) }])
  if (dice.chance(0.92)) {
    const backdated = dice.chance(0.05) ? begin - Math.floor(dice.next() * 1_000) * dayMs : null
    deeds.push([0.4, { what: 'publish', at: backdated === null ? null : instantOf(backdated) }])
    if (dice.chance(0.05)) deeds.push([0.5, { what: 'advertise', placements: placementsOf(dice) }])
    if (dice.chance(0.12)) {
      const at = later()
      deeds.push([at, patchOf(dice)], [at + 0.3, { what: 'publish', at: null }])
    }
    if (dice.chance(0.03)) deeds.push([later() + 0.5, { what: 'correct', text: 'A name was wrong.' }])
    if (dice.chance(0.03)) deeds.push([longest + 0.2, patchOf(dice)])
    if (dice.chance(0.03)) deeds.push([longest + 0.6, { what: 'unpublish' }])
    else if (dice.chance(0.01)) deeds.push([longest + 0.6, { what: 'kill', reason: 'It was not so.' }])
  }
  deeds.sort(([one], [other]) => one - other)
  return deeds.map(([offset, deed], index) => ({
    at: Math.floor(begin + offset * slot),
    article,
    deed,
    isLast: index === deeds.length - 1,
  }))
}

export function instantOf(ms: number): string {
  return new Date(Math.floor(ms)).toISOString()
}

function createOf(dice: Dice, slugs: Slugs, article: number): Deed {
  const language = skewed(dice, Object.keys(languages))
  const vocabulary = vocabularyOf(language)
  const title = dice.chance(0.01) ? seriesTitle(dice) : writeTitle(dice, vocabulary)
  const subtitle = dice.chance(0.25) ? writeTitle(dice, vocabulary) : undefined
  const excerpt = dice.chance(0.3) ? writeSentences(dice, vocabulary, 1) : undefined
  const body = writeBody(dice, vocabulary)
  const wire = dice.chance(0.15)
  return {
    what: 'create',
    content: {
      title: title.text,
      subtitle: subtitle?.text ?? null,
      excerpt: excerpt?.text ?? null,
      language,
      section: dice.chance(0.95) ? skewed(dice, slugs.section) : null,
      tags: someOf(dice, slugs.tag, dice.below(6)),
      authors: someOf(dice, slugs.author, wire ? 0 : 1 + dice.below(2)).map((slug) => ({
        slug,
        role: dice.chance(0.1) ? 'photographs' : null,
      })),
      credit: wire ? 'Agency' : null,
      source: wire
        ? {
            attribution: 'This article is originally published on',
            name: 'The Wire',
            url: `https://wire.example/${article}`,
          }
        : null,
      flags: { adsAllowed: !dice.chance(0.02), sensitive: dice.chance(0.02) },
      custom: dice.chance(0.05) ? { liveBlog: true, series: article % 20 } : {},
      body: body.blocks,
    },
    words: {
      titleSort: title.sortKey,
      title: title.words,
      subtitle: subtitle?.words ?? [],
      excerpt: excerpt?.words ?? [],
      body: body.words,
    },
  }
}

/** A title that other articles have too. */
function seriesTitle(dice: Dice) {
  const text = dice.pick(series)
  const sortKey = text.toLowerCase()
  return { text, sortKey, words: sortKey.split(' ') }
}

function patchOf(dice: Dice): Deed {
  const { text, words } = writeTitle(dice, vocabularyOf('en'))
  return { what: 'patch', subtitle: text, words }
}

/** Up to four links, most of them to articles of late. */
function linksOf(dice: Dice, article: number): PlannedLink[] {
  const targets = new Set<number>()
  return Array.from({ length: 1 + dice.below(4) }, (_, index): PlannedLink => {
    const target = article - 1 - Math.floor(200 * dice.next() ** 2)
    const kind = dice.pick(['related', 'related', 'background', 'follow-up'] as const)
    if (target >= 0 && !targets.has(target) && dice.chance(0.7)) {
      targets.add(target)
      return { kind, target, url: null, title: null, excerpt: null }
    }
    const { text: title } = writeTitle(dice, vocabularyOf('en'))
    const excerpt = writeSentences(dice, vocabularyOf('en'), 1).text
    const url = dice.chance(0.5) ? `https://elsewhere.example/${article}/${index}` : null
    return { kind: url === null ? kind : 'source', target: null, url, title, excerpt }
  })
}

/** As on the page that the seed was read from. */
function placementsOf(dice: Dice): PagePlacement[] {
  const creative = skewed(dice, adTexts)
  const after = [1, 2, 3, 4].map((position) => ({ slot: 'after-body' as const, position, creative }))
  return [...after, { slot: 'after-related', position: 1, creative }]
}
