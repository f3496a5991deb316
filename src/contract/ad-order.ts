import { type AdPriority, adPriorities } from './ad.ts'

/** The order in which the ads of a slot go, each step within the one before. */

interface Ranked {
  readonly id: string
  readonly priority: AdPriority
  readonly position: number
  readonly weight: number
}

/** The stronger priority first. */
export function byPriority(a: Pick<Ranked, 'priority'>, b: Pick<Ranked, 'priority'>): number {
  return a.priority === b.priority ? 0 : adPriorities.indexOf(a.priority) - adPriorities.indexOf(b.priority)
}

/** By priority, then by position. */
export function byPosition(a: Omit<Ranked, 'id' | 'weight'>, b: Omit<Ranked, 'id' | 'weight'>): number {
  return byPriority(a, b) || a.position - b.position
}

/** By priority and position, then the heavier first, then by id: no two have the same rank. */
export function byRank(a: Ranked, b: Ranked): number {
  return byPosition(a, b) || b.weight - a.weight || (a.id < b.id ? -1 : 1)
}
