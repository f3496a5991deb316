export interface Keyed {
  readonly _type: string
  readonly _key?: string | undefined
}

/**
 * Finds, for each item without a key, the item of before that has the same content. Items that are equal at the
 * beginning and at the end are paired first; of what is left between, the first with a content is paired with
 * the first that had it, the second with the second. Each item of before is given once, and none whose key was
 * sent again. The cost is linear.
 */
export function matchEqual<Before extends Keyed>(
  { items, contents }: { readonly items: readonly Keyed[]; readonly contents: readonly string[] },
  before: { readonly items: readonly Before[]; readonly contents: readonly string[] },
): (Before | undefined)[] {
  const twins: (Before | undefined)[] = items.map(() => undefined)
  const sentKeys = new Set(items.map((item) => item._key))
  const free = [...before.items.keys()].filter((index) => !sentKeys.has(before.items[index]?._key))
  const oldItems = free.map((index) => before.items[index])
  const oldContents = free.map((index) => before.contents[index])
  const places = [...items.keys()].filter((index) => items[index]?._key === undefined)
  const newContents = places.map((place) => contents[place])

  const shorter = Math.min(places.length, oldItems.length)
  let start = 0
  while (start < shorter && newContents[start] === oldContents[start]) start += 1
  let tail = 0
  while (tail < shorter - start && newContents.at(-1 - tail) === oldContents.at(-1 - tail)) tail += 1

  const waiting = new Map<string | undefined, Before[]>()
  const pair = (index: number, twin: Before | undefined) => {
    const place = places[index]
    if (place !== undefined) twins[place] = twin
  }
  // Queues are emptied from their end, so they are filled from the last item to the first.
  for (let index = oldItems.length - tail - 1; index >= start; index -= 1) {
    const item = oldItems[index]
    const queue = waiting.get(oldContents[index])
    if (item && queue) queue.push(item)
    else if (item) waiting.set(oldContents[index], [item])
  }
  for (let index = 0; index < places.length; index += 1) {
    if (index < start) pair(index, oldItems[index])
    else if (index >= places.length - tail) pair(index, oldItems[index - places.length + oldItems.length])
    else pair(index, waiting.get(newContents[index])?.pop())
  }
  return twins
}

/** At least so much of two texts is the same when one is the other after an edit. */
const alikeEnough = 0.6
/** More changed items than this are not looked at: that is no light edit, and each is compared with many. */
const mostChanged = 200
/** So many changed items are compared with each other wherever they stand, more only with those near by. */
const mostPairs = 2500
const nearBy = 10

/**
 * Finds, for each item that has neither a key nor a twin, the item of before that it is an edit of: the one whose
 * text is most alike, when it is alike enough. Each item of before is given once.
 */
export function matchAlike<Item extends Keyed, Before extends Keyed>(
  items: readonly Item[],
  twins: readonly (Before | undefined)[],
  before: readonly Before[],
  textOf: (item: Item | Before) => string,
): (Before | undefined)[] {
  const found: (Before | undefined)[] = items.map(() => undefined)
  const taken = new Set([...items.map((item) => item._key), ...twins.map((twin) => twin?._key)])
  const olds = before.filter((item) => !taken.has(item._key))
  const places = [...items.keys()].filter((index) => items[index]?._key === undefined && !twins[index])
  if (olds.length === 0 || places.length > mostChanged || olds.length > mostChanged) return found

  const oldParts = olds.map((item) => partsOf(textOf(item)))
  const pairs: { place: number; old: Before; likeness: number; distance: number }[] = []
  for (const [rank, place] of places.entries()) {
    const item = items[place]
    if (item === undefined) continue
    const parts = partsOf(textOf(item))
    for (const [oldRank, old] of olds.entries()) {
      const distance = Math.abs(rank - oldRank)
      if (places.length * olds.length > mostPairs && distance > nearBy) continue
      if (old._type !== item._type) continue
      const likeness = likenessOf(parts, oldParts[oldRank] ?? new Set())
      if (likeness >= alikeEnough) pairs.push({ place, old, likeness, distance })
    }
  }
  const given = new Set<Before>()
  for (const { place, old } of pairs.sort((a, b) => b.likeness - a.likeness || a.distance - b.distance)) {
    if (found[place] !== undefined || given.has(old)) continue
    found[place] = old
    given.add(old)
  }
  return found
}

const comparedCharacters = 500

/** The text's beginning in pieces of three characters, which an edit of one word changes a few of. */
function partsOf(text: string): ReadonlySet<string> {
  const compared = ` ${text.slice(0, comparedCharacters)} `
  const parts = new Set<string>()
  for (let index = 0; index + 3 <= compared.length; index += 1) parts.add(compared.slice(index, index + 3))
  return parts
}

/** From 0 to 1 (Sørensen and Dice). */
function likenessOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const total = one.size + other.size
  const [smaller, larger] = one.size < other.size ? [one, other] : [other, one]
  if (2 * smaller.size < alikeEnough * total) return 0
  let shared = 0
  for (const part of smaller) if (larger.has(part)) shared += 1
  return (2 * shared) / total
}
