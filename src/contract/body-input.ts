import { z } from 'zod'
import { bodyInput, type UnkeyedBlock } from './portable-text.ts'

/** The forms that a body may be sent in beside Portable Text. */
export const bodyFormats = ['markdown', 'html', 'text'] as const
export type BodyFormat = (typeof bodyFormats)[number]

/** An article's body has at most 5 MiB: as it is sent in another format, and as it is stored. */
export const maxBodyBytes = 5 * 1024 * 1024

const encoder = new TextEncoder()
const tooLong = { error: 'must have at most 5 MiB', params: { code: 'too-long' } }

/** A key that the program makes, with its name and punctuation: `"_key":"0f3c9a1b2d4e",`. */
const keyBytes = 22

/** What a body takes in bytes of JSON once every block, span, row and cell has its key. */
export function storedBytes(blocks: readonly UnkeyedBlock[]): number {
  return encoder.encode(JSON.stringify(blocks)).length + keyBytes * countMissingKeys(blocks)
}

interface Node {
  readonly _key?: string | undefined
  readonly children?: readonly Node[]
  readonly rows?: readonly Node[]
  readonly cells?: readonly Node[]
  readonly value?: readonly Node[]
}

/** Goes at most four levels down: table, row, cell, block, span. */
function countMissingKeys(nodes: readonly Node[]): number {
  let count = 0
  for (const node of nodes) {
    if (node._key === undefined) count += 1
    count += countMissingKeys(node.children ?? node.rows ?? node.cells ?? node.value ?? [])
  }
  return count
}

/** Blocks in Portable Text that fit into an article. */
export const portableTextBody = bodyInput.refine((blocks) => storedBytes(blocks) <= maxBodyBytes, tooLong)

/** A body in another format, which is converted to Portable Text before it is stored. */
export const formattedBody = z
  .strictObject({
    format: z.enum(bodyFormats),
    content: z
      .string()
      .refine((content) => encoder.encode(content).length <= maxBodyBytes, tooLong)
      .meta({ maxLength: maxBodyBytes }),
  })
  .meta({
    id: 'FormattedBody',
    description:
      'Markdown (CommonMark with tables, strikethrough and bare links), HTML (a fragment or a page), or plain text (an empty line parts paragraphs, nothing is interpreted). It is reduced to the blocks, marks and link schemes of Portable Text; a link with another scheme is left out and its text stays. At most 5 MiB.',
    examples: [{ format: 'markdown', content: '## Open again\n\nTraffic is **moving**.' }],
  })
export type FormattedBody = z.output<typeof formattedBody>

/** The body of an article as a client may send it. */
export const sentBody = z
  .union([portableTextBody, formattedBody])
  .describe('Portable Text, or a body in another format that is converted to it.')
export type SentBody = z.output<typeof sentBody>
