import type { Suggestion, SuggestionReason } from '../contract/suggestion.ts'
import type { SuggestionCandidate } from '../store/suggestion-candidates.ts'

/** What each reason adds at most; together 1. */
const weights = { tags: 0.45, text: 0.35, section: 0.1, authors: 0.1 } as const

/**
 * The candidates that have something in common with the article, best first: by score, then the newest (those
 * never published last), then by id. `likeness` says how alike the texts are, 0 to 1, by id; absent is 0.
 */
export function rankSuggestions(
  candidates: readonly SuggestionCandidate[],
  { likeness, limit }: { readonly likeness: ReadonlyMap<string, number>; readonly limit: number },
): Suggestion[] {
  return candidates
    .map((candidate) => suggestionOf(candidate, likeness.get(candidate.article.id) ?? 0))
    .filter(({ reasons }) => reasons.length > 0)
    .sort(byRank)
    .slice(0, limit)
}

function suggestionOf(
  { article, sharedTags, sharedAuthors, hasSameSection }: SuggestionCandidate,
  givenLikeness: number,
): Suggestion {
  const likeness = rounded(Math.min(Math.max(givenLikeness, 0), 1))
  const reasons: SuggestionReason[] = []
  if (sharedTags.length > 0) reasons.push({ type: 'shared-tags', tags: [...sharedTags] })
  if (likeness > 0) reasons.push({ type: 'similar-text', likeness })
  if (hasSameSection && article.section) reasons.push({ type: 'same-section', section: article.section.slug })
  if (sharedAuthors.length > 0) reasons.push({ type: 'shared-authors', authors: [...sharedAuthors] })
  const score =
    weights.tags * saturated(sharedTags.length) +
    weights.text * likeness +
    weights.section * (hasSameSection ? 1 : 0) +
    weights.authors * saturated(sharedAuthors.length)
  return { article, score: rounded(score), reasons }
}

/** The first thing in common counts half, and each further one half of what is left: 0, 0.5, 0.75, 0.875 … */
function saturated(count: number): number {
  return 1 - 0.5 ** count
}

/** To four decimals, so that equal evidence gives equal scores. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function byRank(one: Suggestion, other: Suggestion): number {
  if (one.score !== other.score) return other.score - one.score
  const [oneAt, otherAt] = [one.article.publishedAt ?? '', other.article.publishedAt ?? '']
  if (oneAt !== otherAt) return oneAt > otherAt ? -1 : 1
  return one.article.id > other.article.id ? -1 : 1
}
