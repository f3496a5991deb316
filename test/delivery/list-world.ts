import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { v7 as newId } from 'uuid'
import { Problem } from '../../src/contract/errors.ts'
import type { Writer } from '../../src/store/index.ts'
import type { TestServer } from '../support/server.ts'

/**
 * Many published articles, written by the program's own writer, and what a plain list in memory says of them. Nothing
 * of the program takes part in what the model answers.
 */

/** A word as it is written, and as it is sorted and searched by. */
type Word = readonly [written: string, folded: string]

const words: readonly Word[] = [
  ['Élection', 'election'],
  ['Harbour', 'harbour'],
  ['harbours', 'harbours'],
  ['Bridge', 'bridge'],
  ['straße', 'strasse'],
  ['Łódź', 'lodz'],
  ['2024', '2024'],
  ['Новости', 'новости'],
  ['storm', 'storm'],
  ['Zebra', 'zebra'],
  ['the', 'the'],
]

const common = words.length - 1

export interface ModelArticle {
  readonly id: string
  readonly slug: string
  readonly titleKey: string
  readonly section: string | null
  readonly tags: readonly string[]
  readonly authors: readonly string[]
  readonly language: string
  readonly publishedAt: string
  readonly updatedAt: string
  readonly words: readonly string[]
}

const sections = ['world', 'city', 'sport', 'arts', 'rare-section']
const tags = Array.from({ length: 24 }, (_, index) => `tag-${index}`)
const authors = Array.from({ length: 9 }, (_, index) => `author-${index}`)
const languages = ['en', 'fr', 'pt-BR', 'ar']
/** What lists can be filtered by. */
export interface ModelNames {
  readonly sections: readonly string[]
  readonly tags: readonly string[]
  readonly authors: readonly string[]
  readonly languages: readonly string[]
  /** Folded. */
  readonly words: readonly string[]
}
export const names: ModelNames = {
  sections,
  tags,
  authors,
  languages,
  words: words.map(([, folded]) => folded),
}

const start = Date.parse('2025-01-01T00:00:00Z')
/** A transaction must be over in two seconds. */
const perWrite = 20

/** The lower, the more often. */
const skewed = (max: number) => fc.tuple(fc.nat(max), fc.nat(max)).map(([one, other]) => Math.min(one, other))

const plan = fc.record({
  section: fc.option(skewed(sections.length - 1), { freq: 6 }),
  tags: fc.uniqueArray(skewed(tags.length - 1), { maxLength: 5 }),
  authors: fc.uniqueArray(skewed(authors.length - 1), { maxLength: 2 }),
  language: skewed(languages.length - 1),
  // Few enough that many articles have the same instant.
  publishedAt: fc.nat(2_000),
  later: fc.oneof(fc.constant(0), fc.nat(3_000)),
  title: fc.array(fc.nat(words.length - 1), { minLength: 1, maxLength: 4 }),
  body: fc.array(skewed(words.length - 1), { maxLength: 8 }),
})

/** Publishes so many articles and answers the model of them. */
export async function publishWorld({ db }: TestServer, count: number, seed: number): Promise<ModelArticle[]> {
  const termIds = new Map<string, string>()
  await db.write(async (tx) => {
    for (const [kind, slugs] of [
      ['section', sections],
      ['tag', tags],
      ['author', authors],
    ] as const)
      for (const slug of slugs) {
        const id = newId()
        termIds.set(slug, id)
        await tx.terms.insert(kind, {
          id,
          slug,
          name: slug,
          version: 1,
          createdAt: tx.now,
          updatedAt: tx.now,
        })
      }
  })
  const plans = fc.sample(plan, { numRuns: count, seed })
  const articles: ModelArticle[] = []
  for (let from = 0; from < count; from += perWrite) {
    const batch = plans
      .slice(from, from + perWrite)
      .map((planned, offset) => articleOf(planned, from + offset))
    articles.push(...batch.map(({ article }) => article))
    await patiently(db, async (tx) => {
      for (const { article, text } of batch) {
        await tx.publications.put({
          article: {
            id: article.id,
            version: 1,
            slug: article.slug,
            title: text.title,
            subtitle: null,
            excerpt: '',
            language: article.language,
            sectionId: article.section === null ? null : (termIds.get(article.section) ?? null),
            credit: null,
            source: null,
            seo: { title: null, description: null, canonicalUrl: null },
            custom: {},
            corrections: [],
            adsAllowed: true,
            sensitive: false,
            publishedAt: article.publishedAt,
            firstPublishedAt: article.publishedAt,
            updatedAt: article.updatedAt,
            wordCount: 0,
            readingTimeMinutes: 0,
          },
          body: [
            {
              _type: 'block',
              _key: 'a',
              style: 'normal',
              markDefs: [],
              children: [{ _type: 'span', _key: 'b', text: text.body, marks: [] }],
            },
          ],
          tagIds: article.tags.map((slug) => termIds.get(slug) ?? ''),
          authors: article.authors.map((slug) => ({ authorId: termIds.get(slug) ?? '', role: null })),
          related: [],
        })
      }
    })
  }
  return articles
}

/** Writes again what a busy machine had no time for. */
async function patiently(
  db: TestServer['db'],
  work: (tx: Writer) => Promise<void>,
  triesLeft = 50,
): Promise<void> {
  try {
    await db.write(work)
  } catch (error) {
    const isBusy = error instanceof Problem && error.code === 'unavailable'
    if (!isBusy || triesLeft === 0) throw error
    await sleep(200)
    await patiently(db, work, triesLeft - 1)
  }
}

type Planned = typeof plan extends fc.Arbitrary<infer Value> ? Value : never

function articleOf(
  planned: Planned,
  index: number,
): { article: ModelArticle; text: { title: string; body: string } } {
  const written = (list: readonly number[]) => list.map((at) => words[at]?.[0]).join(' ')
  const folded = (list: readonly number[]) => list.map((at) => words[at]?.[1] ?? '')
  const named = (list: readonly string[], at: number | null) => (at === null ? null : (list[at] ?? null))
  // One word is so common that not everything that has it is ranked.
  const body = index % 10 === 0 ? planned.body : [...planned.body, common]
  const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()
  return {
    article: {
      id: newId(),
      slug: `a${index}`,
      titleKey: folded(planned.title).join(' '),
      section: named(sections, planned.section),
      tags: planned.tags.map((tag) => tags[tag] ?? ''),
      authors: planned.authors.map((author) => authors[author] ?? ''),
      language: named(languages, planned.language) ?? 'en',
      publishedAt: at(planned.publishedAt),
      updatedAt: at(planned.publishedAt + planned.later),
      words: [...folded(planned.title), ...folded(body)],
    },
    text: { title: written(planned.title), body: written(body) },
  }
}
