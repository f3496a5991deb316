import type { FoundItem } from '../item.ts'
import { lineOfHtml } from './values.ts'

/** A file of the media library: its address, and what it says of itself where it is a picture. */
export type File = NonNullable<FoundItem['picture']>

/** So much of an item is looked at. */
const mostFileBytes = 100_000
const altText =
  /<wp:meta_key>\s*(?:<!\[CDATA\[)?_wp_attachment_image_alt(?:\]\]>)?\s*<\/wp:meta_key>\s*<wp:meta_value>([\s\S]{0,2000}?)<\/wp:meta_value>/

/** Notes the file that an item of a WordPress export is of, where it is of one, by the id of the item. */
export function noteFile(item: Buffer, files: Map<string, File>): void {
  if (!item.includes('<wp:attachment_url>')) return
  const text = item.toString('utf8', 0, mostFileBytes)
  const contentOf = (element: RegExp) =>
    element.exec(text)?.[1]?.replace(/^\s*(?:<!\[CDATA\[)?\s*|\s*(?:\]\]>)?\s*$/g, '')
  const id = contentOf(/<wp:post_id>([^/]*)</)
  const src = contentOf(/<wp:attachment_url>([\s\S]{0,2000}?)<\/wp:attachment_url>/)
  if (id === undefined || src === undefined || !/^https?:[^\s<\]]+$/.test(src)) return
  const alt = lineOfHtml(contentOf(altText))
  const caption = lineOfHtml(contentOf(/<excerpt:encoded>([\s\S]{0,2000}?)<\/excerpt:encoded>/))
  files.set(copyOf(id), {
    src: copyOf(src),
    ...(alt === undefined ? {} : { alt: copyOf(alt) }),
    ...(caption === undefined ? {} : { caption: copyOf(caption) }),
  })
}

/** A part of a text would hold the whole of it. */
function copyOf(text: string): string {
  return Buffer.from(text).toString()
}
