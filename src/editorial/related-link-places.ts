import type { Fault } from '../contract/errors.ts'
import type { LinkContent } from '../contract/related-link.ts'

/** A link whose place is that in its list. */
export interface UnplacedLink extends LinkContent {
  readonly id: string
}

/** What is wrong with a place in a list that then has `count` links. */
export function findPlaceFaults(position: number | undefined, count: number): Fault[] {
  if (position === undefined || position <= count) return []
  return [{ pointer: '/position', code: 'too-large', detail: `must be at most ${count}` }]
}

/** The others with the link at its place, counted from 1; the last one when no place is given. */
export function placeLink(
  others: readonly UnplacedLink[],
  link: UnplacedLink,
  position = others.length + 1,
): UnplacedLink[] {
  return others.toSpliced(position - 1, 0, link)
}
