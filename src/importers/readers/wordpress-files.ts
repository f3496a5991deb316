import type { FoundItem } from '../item.ts'
import { lineOfHtml } from './values.ts'

/** A file of the media library: its address, and what it says of itself where it is a picture. */
export type File = NonNullable<FoundItem['picture']>

/** So much of an item is looked at. */
const mostBytes = 100_000
/** What one takes besides its texts, roughly. */
const overheadBytes = 300
const altText =
  /<wp:meta_key>\s*(?:<!\[CDATA\[)?_wp_attachment_image_alt(?:\]\]>)?\s*<\/wp:meta_key>\s*<wp:meta_value>([\s\S]{0,2000}?)<\/wp:meta_value>/

/**
 * Notes the file that an item of a WordPress export is of, where it is of one, by the id of the item. Answers how many
 * bytes that takes, roughly.
 */
export function noteFile(item: Buffer, files: Map<string, File>): number {
  if (!item.includes('<wp:attachment_url>')) return 0
  const text = item.toString('utf8', 0, mostBytes)
  const contentOf = (element: RegExp) =>
    element.exec(text)?.[1]?.replace(/^\s*(?:<!\[CDATA\[)?\s*|\s*(?:\]\]>)?\s*$/g, '')
  const id = contentOf(/<wp:post_id>([^/]*)</)
  const src = contentOf(/<wp:attachment_url>([\s\S]{0,2000}?)<\/wp:attachment_url>/)
  if (id === undefined || src === undefined || !/^https?:[^\s<\]]+$/.test(src)) return 0
  const alt = lineOfHtml(contentOf(altText))
  const caption = lineOfHtml(contentOf(/<excerpt:encoded>([\s\S]{0,2000}?)<\/excerpt:encoded>/))
  files.set(copyOf(id), {
    src: copyOf(src),
    ...(alt === undefined ? {} : { alt: copyOf(alt) }),
    ...(caption === undefined ? {} : { caption: copyOf(caption) }),
  })
  return overheadBytes + 2 * (id.length + src.length + (alt?.length ?? 0) + (caption?.length ?? 0))
}

/** A part of a text would hold the whole of it. */
function copyOf(text: string): string {
  return Buffer.from(text).toString()
}
