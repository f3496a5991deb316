import type { Body } from '../contract/portable-text.ts'

/**
 * The key of the n-th paragraph, which an in-body slot follows; undefined when the body has fewer. Only paragraphs
 * with text count: what follows a heading and is empty would leave the slot between the heading and its text.
 */
export function paragraphKey(body: Body, number: number): string | undefined {
  let count = 0
  for (const block of body) {
    if (block._type !== 'block' || block.style !== 'normal' || block.listItem !== undefined) continue
    if (block.children.every((span) => span.text.trim() === '')) continue
    count += 1
    if (count === number) return block._key
  }
  return undefined
}
