import type { Block, Body } from '../contract/portable-text.ts'
import { contentOf } from './content.ts'

interface Keyed {
  readonly _key?: string | undefined
}

/**
 * Finds, for each block without a key, the block of `previous` that has the same content. Blocks that are
 * equal at the beginning and at the end are paired first; of what is left between, the first with a content
 * is paired with the first that had it, the second with the second. Each block of `previous` is given once,
 * and none whose key was sent again. The cost is linear.
 */
export function matchBlocks(
  blocks: readonly Keyed[],
  contents: readonly string[],
  previous: Body,
): (Block | undefined)[] {
  const twins: (Block | undefined)[] = blocks.map(() => undefined)
  const sentKeys = new Set(blocks.map((block) => block._key))
  const oldBlocks = previous.filter((block) => !sentKeys.has(block._key))
  const oldContents = oldBlocks.map(contentOf)
  const places = [...blocks.keys()].filter((index) => blocks[index]?._key === undefined)
  const newContents = places.map((place) => contents[place])

  const shorter = Math.min(places.length, oldBlocks.length)
  let start = 0
  while (start < shorter && newContents[start] === oldContents[start]) start += 1
  let tail = 0
  while (tail < shorter - start && newContents.at(-1 - tail) === oldContents.at(-1 - tail)) tail += 1

  const waiting = new Map<string | undefined, Block[]>()
  const pair = (index: number, twin: Block | undefined) => {
    const place = places[index]
    if (place !== undefined) twins[place] = twin
  }
  // Queues are emptied from their end, so they are filled from the last block to the first.
  for (let index = oldBlocks.length - tail - 1; index >= start; index -= 1) {
    const block = oldBlocks[index]
    const queue = waiting.get(oldContents[index])
    if (block && queue) queue.push(block)
    else if (block) waiting.set(oldContents[index], [block])
  }
  for (let index = 0; index < places.length; index += 1) {
    if (index < start) pair(index, oldBlocks[index])
    else if (index >= places.length - tail) pair(index, oldBlocks[index - places.length + oldBlocks.length])
    else pair(index, waiting.get(newContents[index])?.pop())
  }
  return twins
}
