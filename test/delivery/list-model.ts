import fc from 'fast-check'
import { diceOf } from '../../bench/filling/random.ts'
import type { ModelArticle, ModelNames } from './list-world.ts'

/** What is asked of a list, as it stands in a URL. */
export interface ModelQuery {
  readonly section?: readonly string[]
  readonly tag?: readonly string[]
  readonly author?: readonly string[]
  readonly language?: readonly string[]
  readonly ids?: readonly string[]
  readonly slug?: readonly string[]
  readonly publishedAfter?: string
  readonly publishedBefore?: string
  readonly updatedAfter?: string
  readonly q?: string
  readonly sort?: '-publishedAt' | 'publishedAt' | '-updatedAt' | 'title' | 'relevance'
}

/** The articles of a list, in order; by relevance in any. */
export function answerOf(articles: readonly ModelArticle[], query: ModelQuery): ModelArticle[] {
  const found = articles.filter(testOf(query))
  const sort = query.sort ?? (query.q === undefined ? '-publishedAt' : 'relevance')
  if (sort === 'relevance') return found
  const key = (article: ModelArticle) => {
    if (sort === 'title') return article.titleKey
    return sort === '-updatedAt' ? article.updatedAt : article.publishedAt
  }
  const direction = sort.startsWith('-') ? -1 : 1
  // As bytes compare, because no title has a letter beyond U+FFFF.
  const compare = (one: string, other: string) => Number(one > other) - Number(one < other)
  return found.sort((a, b) => direction * (compare(key(a), key(b)) || compare(a.id, b.id)))
}

function testOf(query: ModelQuery): (article: ModelArticle) => boolean {
  const { section, tag, author, language, ids, slug } = query
  const [sections, tags, authors, languages, allIds, slugs] = [section, tag, author, language, ids, slug].map(
    (groups) => groups?.map((group) => new Set(group.split(','))),
  )
  const has = (groups: readonly Set<string>[] | undefined, value: string | null) =>
    groups?.every((group) => value !== null && group.has(value)) ?? true
  const hasSome = (groups: readonly Set<string>[] | undefined, values: readonly string[]) =>
    groups?.every((group) => values.some((value) => group.has(value))) ?? true
  return (article) =>
    has(sections, article.section) &&
    hasSome(tags, article.tags) &&
    hasSome(authors, article.authors) &&
    has(languages, article.language) &&
    has(allIds, article.id) &&
    has(slugs, article.slug) &&
    (query.publishedAfter === undefined || article.publishedAt > query.publishedAfter) &&
    (query.publishedBefore === undefined || article.publishedAt < query.publishedBefore) &&
    (query.updatedAfter === undefined || article.updatedAt > query.updatedAfter) &&
    (query.q === undefined || isFound(article.words, query.q))
}

function isFound(words: readonly string[], q: string): boolean {
  const terms = q.split(' ')
  return terms.every((term, index) => {
    if (term.startsWith('-')) return !words.includes(term.slice(1))
    return words.some((word) => (index === terms.length - 1 ? word.startsWith(term) : word === term))
  })
}

/** Queries about the articles: half of their values are those of one of them, so that something is found. */
export function queriesOf(articles: readonly ModelArticle[], names: ModelNames): fc.Arbitrary<ModelQuery> {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>, oneIn = 4) =>
    fc.tuple(fc.nat(oneIn - 1), arbitrary).map(([turn, value]) => (turn === 0 ? value : undefined))
  return fc.nat(articles.length - 1).chain((at) => {
    const target = articles[at] as ModelArticle
    const valuesOf = (own: readonly string[], others: readonly string[]) =>
      fc.oneof(
        fc.constantFrom(...(own.length === 0 ? others : own)),
        fc
          .uniqueArray(fc.constantFrom(...others, ...own), { minLength: 1, maxLength: 3 })
          .map((values) => values.join(',')),
      )
    const groups = (own: readonly string[], others: readonly string[], most: number) =>
      maybe(fc.array(valuesOf(own, others), { minLength: 1, maxLength: most }))
    const around = (instant: string) =>
      maybe(
        fc
          .integer({ min: -500, max: 500 })
          .map((minutes) => new Date(Date.parse(instant) + minutes * 60_000).toISOString()),
      )
    const few = (pick: (article: ModelArticle) => string) =>
      maybe(
        fc
          .array(fc.nat(articles.length - 1), { minLength: 1, maxLength: 40 })
          .map((list) => [[at, ...list].map((index) => pick(articles[index] as ModelArticle)).join(',')]),
        12,
      )
    const word = fc.constantFrom(...target.words, ...names.words)
    const typed = fc.oneof(
      word,
      fc.tuple(word, word).map((list) => list.join(' ')),
      word.map((text) => text.slice(0, 3)),
      fc.tuple(word, word).map(([one, other]) => `-${one} ${other}`),
    )
    return fc
      .record({
        section: groups(target.section === null ? [] : [target.section], names.sections, 2),
        tag: groups(target.tags, names.tags, 3),
        author: groups(target.authors, names.authors, 2),
        language: groups([target.language], [...names.languages, 'de'], 1),
        ids: few((article) => article.id),
        slug: few((article) => article.slug),
        publishedAfter: around(target.publishedAt),
        publishedBefore: around(target.publishedAt),
        updatedAfter: around(target.updatedAt),
        q: maybe(typed),
        sort: fc.constantFrom(
          ...(['-publishedAt', 'publishedAt', '-updatedAt', 'title', undefined, 'relevance'] as const),
        ),
      })
      .map((query) => {
        const sort = query.sort === 'relevance' && query.q === undefined ? undefined : query.sort
        const given = Object.entries({ ...query, sort }).filter(([, value]) => value !== undefined)
        return Object.fromEntries(given) as ModelQuery
      })
  })
}

const filters = [
  ...(['section', 'tag', 'author', 'language', 'ids', 'slug'] as const),
  ...(['publishedAfter', 'publishedBefore', 'updatedAfter', 'q'] as const),
]
const sorts = [undefined, '-publishedAt', 'publishedAt', '-updatedAt', 'title', 'relevance'] as const

/**
 * A query for every combination of filters and every sort that it can have: about one article each, which fulfils
 * most of them, so that most find something.
 */
export function combinationsOf(
  articles: readonly ModelArticle[],
  names: ModelNames,
  seed: number,
): ModelQuery[] {
  const targets = articles.filter(
    ({ section, tags, authors }) => section !== null && tags.length > 0 && authors.length > 0,
  )
  const queries: ModelQuery[] = []
  for (let combination = 0; combination < 2 ** filters.length; combination += 1) {
    const wanted = filters.filter((_, bit) => combination & (1 << bit))
    for (const sort of sorts) {
      if (sort === 'relevance' && !wanted.includes('q')) continue
      const dice = diceOf(seed, queries.length)
      const target = dice.pick(targets)
      const anyOf = (own: string, others: readonly string[]) =>
        dice.chance(0.5) ? own : [own, dice.pick(others), dice.pick(others)].join(',')
      const several = (own: readonly string[], others: readonly string[]) =>
        Array.from({ length: 1 + dice.below(2) }, () =>
          dice.chance(0.03) ? dice.pick(others) : anyOf(dice.pick(own), others),
        )
      const among = (member: 'id' | 'slug') => [
        [target, ...Array.from({ length: dice.below(40) }, () => dice.pick(articles))]
          .map((article) => article[member])
          .join(','),
      ]
      const from = (instant: string, direction: 1 | -1) => {
        const off = dice.chance(0.03) ? -1 : 10 ** (4 + 6 * dice.next())
        return new Date(Date.parse(instant) + direction * Math.floor(off)).toISOString()
      }
      const values: Required<Omit<ModelQuery, 'sort'>> = {
        section: [anyOf(target.section ?? '', names.sections)],
        tag: several(target.tags, names.tags),
        author: several(target.authors, names.authors),
        language: [anyOf(target.language, names.languages)],
        ids: among('id'),
        slug: among('slug'),
        publishedAfter: from(target.publishedAt, -1),
        publishedBefore: from(target.publishedAt, 1),
        updatedAfter: from(target.updatedAt, -1),
        q: dice.pick([
          dice.pick(target.words),
          `${dice.pick(target.words)} ${dice.pick(target.words)}`,
          [...dice.pick(target.words)].slice(0, 3).join(''),
          `-${dice.pick(names.words)} ${dice.pick(target.words)}`,
        ]),
      }
      const given = Object.fromEntries(wanted.map((name) => [name, values[name]]))
      queries.push(sort === undefined ? given : { ...given, sort })
    }
  }
  return queries
}
