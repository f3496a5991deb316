import type { BlockInput } from '../contract/portable-text.ts'
import { type HtmlImport, prepareImport } from './html-import.ts'
import { readBlocks } from './html-reader.ts'
import { parseHtml } from './html-tree.ts'

/**
 * Reads HTML, a fragment or a page, into blocks. They are built from what is allowed and from nothing else:
 * text, the marks, links with safe addresses, and the kinds of blocks of Portable Text. What a browser does not
 * show is left out; the text of any other element stays. Keys that `toHtml` wrote (`data-key`) are kept.
 *
 * Throws ConversionError for HTML with too many or too deeply nested elements. The limits of blocks are not
 * checked here.
 */
export function fromHtml(html: string, importing?: HtmlImport): BlockInput[] {
  const nodes = parseHtml(html)
  if (importing !== undefined) prepareImport(nodes, importing)
  return readBlocks(nodes)
}
