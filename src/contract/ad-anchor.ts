import type { Body } from './portable-text.ts'

/**
 * The keys of the paragraphs that in-body slots may follow, in order. Only paragraphs with text count: what follows a
 * heading and is empty would leave the slot between the heading and its text.
 */
export function anchorsOf(body: Body): string[] {
  return body.flatMap((block) => {
    if (block._type !== 'block' || block.style !== 'normal' || block.listItem !== undefined) return []
    return block.children.every((span) => span.text.trim() === '') ? [] : [block._key]
  })
}
