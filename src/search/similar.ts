import { documentOf, type SearchDocument, type SearchedContent } from './document.ts'
import type { SearchIndex, WordWeights } from './search-index.ts'

/** How many words of the title and of the rest are looked up, and how many of them are searched for. */
const mostTitleWords = 20
const mostOtherWords = 60
const mostTelling = 12
/** A word of the title says more of what an article is about than one of the rest. */
const titleFactor = 1.5
/** What tells less than this part of what the most telling word does is noise, and takes the longest to look for. */
const leastPart = 1 / 6

/**
 * The words that tell what an article is about, with how much each tells: those that few other articles have, and
 * that it has in its title or often.
 */
export async function tellingWords(index: SearchIndex, content: SearchedContent): Promise<WordWeights> {
  const document = documentOf(content)
  const counts = countWords(document)
  const title = new Set(document.title.filter(isTelling).slice(0, mostTitleWords))
  // Words that say little are short in most languages.
  const others = [...counts.keys()]
    .filter((word) => !title.has(word))
    .sort((one, other) => (counts.get(other) ?? 0) * other.length - (counts.get(one) ?? 0) * one.length)
  const candidates = [...title, ...others.slice(0, mostOtherWords)]
  const shares = await index.shares(candidates)
  const weights = candidates.map((word): [string, number] => {
    const frequency = 1 + Math.log(counts.get(word) ?? 1)
    return [word, rarity(shares.get(word) ?? 0) * frequency * (title.has(word) ? titleFactor : 1)]
  })
  const sorted = weights.sort(([, a], [, b]) => b - a).slice(0, mostTelling)
  const least = (sorted[0]?.[1] ?? 0) * leastPart
  return new Map(sorted.filter(([, weight]) => weight >= least))
}

/** Near 0 for a word that all articles have, about 5 for one that hardly any other has. */
function rarity(share: number): number {
  return Math.log(1 + (1.005 - share) / (share + 0.005))
}

/** Single letters and signs say nothing. */
function isTelling(word: string): boolean {
  return word.length > 1
}

function countWords({ title, lead, body }: SearchDocument): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of [...title, ...lead, ...body]) {
    if (isTelling(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}
