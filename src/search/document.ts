import { toText } from '../body/text.ts'
import type { Body } from '../contract/portable-text.ts'
import { piecesOf, wordsOf } from './words.ts'

/** What of an article is searched. */
export interface SearchedContent {
  readonly title: string
  readonly subtitle: string | null
  readonly excerpt: string | null
  readonly slug: string
  readonly body: Body
}

/**
 * The words of an article as they are indexed, in three fields that count differently in the ranking. An empty word
 * is a place where no word is found: no phrase reaches over it.
 */
export interface SearchDocument {
  readonly title: readonly string[]
  /** Subtitle, excerpt and slug. */
  readonly lead: readonly string[]
  readonly body: readonly string[]
}

/**
 * Raised whenever the words of a text, or what of an article is indexed, come out differently: what was indexed
 * before is then indexed again.
 */
export const scheme = 1

/**
 * The limits of PostgreSQL's tsvector (16,383 places, 256 for one word, a megabyte), kept on both databases so that
 * both find the same. Only an article of a book's length comes near them.
 */
export const mostWords = 16_000
export const mostPlaces = 255
const mostUnits = 250_000

/** The words of an article. What is over the limits is left out, from the end of the body. */
export function documentOf({ title, subtitle, excerpt, slug, body }: SearchedContent): SearchDocument {
  const limit = limiter()
  return {
    title: limit(textWords(title)),
    lead: limit([...textWords(subtitle ?? ''), '', ...textWords(excerpt ?? ''), '', ...textWords(slug)]),
    body: limit(bodyWords(body)),
  }
}

/** True when both have the same words to be found by. */
export function isIndexedAlike(one: SearchedContent, other: SearchedContent): boolean {
  return (['title', 'subtitle', 'excerpt', 'slug', 'body'] as const).every(
    (name) => one[name] === other[name],
  )
}

/** Of a body that is indexed twice, as a working copy and as what is public, they are found once. */
const knownWords = new WeakMap<Body, string[]>()

function bodyWords(body: Body): string[] {
  const words = knownWords.get(body) ?? textWords(toText(body))
  knownWords.set(body, words)
  return words
}

function textWords(text: string): string[] {
  return wordsOf(piecesOf(text))
}

/** Cuts one field after the other to what is left of the limits. */
function limiter(): (words: readonly string[]) => string[] {
  const places = new Map<string, number>()
  let count = 0
  let units = 0
  return (words) => {
    const kept: string[] = []
    for (const word of words) {
      count += 1
      units += word.length
      if (count > mostWords || units > mostUnits) break
      const place = (places.get(word) ?? 0) + 1
      places.set(word, place)
      kept.push(place > mostPlaces ? '' : word)
    }
    return kept
  }
}
