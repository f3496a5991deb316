import type { Operation } from 'rfc6902'
import { longestRun } from './longest-run.ts'

/** An array that differs in more places is replaced whole, so that no patch takes long to make or to read. */
const mostOperations = 2000

/** Makes the operations that turn one item into another, both at `path`. */
export type DiffItem = (before: unknown, after: unknown, path: string) => readonly Operation[]

/**
 * The operations (RFC 6902) that turn the array at `path` into another. Items are known by their `_key` or `id`,
 * others by what they are: one that is elsewhere is moved, one that has changed is changed in place, and as few
 * as possible are moved. Time grows with n log n, whatever the arrays hold.
 */
export function diffArrays(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  diffItem: DiffItem,
): Operation[] {
  const placeOf = new Map(identitiesOf(after).map((identity, place) => [identity, place]))
  const places = identitiesOf(before).map((identity) => placeOf.get(identity))
  const operations = [...removals(places, path), ...placements(places, after, path)]
  for (const [index, place] of places.entries()) {
    if (operations.length > mostOperations) return [{ op: 'replace', path, value: after }]
    if (place !== undefined) operations.push(...diffItem(before[index], after[place], `${path}/${place}`))
  }
  return operations.length > mostOperations ? [{ op: 'replace', path, value: after }] : operations
}

/** From the end, so that no removal changes the index of another. */
function removals(places: readonly (number | undefined)[], path: string): Operation[] {
  return places
    .flatMap((place, index): Operation[] =>
      place === undefined ? [{ op: 'remove', path: `${path}/${index}` }] : [],
    )
    .reverse()
}

/** Puts what is left in its order, and what is new between it; stops when it has become too much. */
function placements(
  places: readonly (number | undefined)[],
  after: readonly unknown[],
  path: string,
): Operation[] {
  /** The array as it is after the operations so far, each item by its place in the end. */
  const list = places.filter((place) => place !== undefined)
  const kept = new Set(list)
  const resting = new Set(longestRun(list))
  const operations: Operation[] = []
  for (let place = 0; place < after.length && operations.length <= mostOperations; place += 1) {
    if (resting.has(place)) continue
    const from = kept.has(place) ? list.indexOf(place) : -1
    if (from !== -1) list.splice(from, 1)
    // The items before it are in their order already, so it goes right behind the last of them.
    const to = place === 0 ? 0 : list.indexOf(place - 1) + 1
    list.splice(to, 0, place)
    if (from === -1) operations.push({ op: 'add', path: `${path}/${to}`, value: after[place] })
    else if (from !== to) operations.push({ op: 'move', from: `${path}/${from}`, path: `${path}/${to}` })
  }
  return operations
}

/** A name for each item, unique within its array. */
function identitiesOf(items: readonly unknown[]): string[] {
  const counts = new Map<string, number>()
  return items.map((item) => {
    const name = nameOf(item)
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    return `${count} ${name}`
  })
}

function nameOf(item: unknown): string {
  if (typeof item === 'object' && item !== null) {
    if ('_key' in item && typeof item._key === 'string') return `_key ${item._key}`
    if ('id' in item && typeof item.id === 'string') return `id ${item.id}`
  }
  return JSON.stringify(item)
}
