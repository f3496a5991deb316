import type { Block, Body, Image, TableCell, TextBlock } from '../contract/portable-text.ts'
import { isSafeHref, isSafeSource } from '../contract/safe-url.ts'

/**
 * The body with every link and image at an absolute URL, as a page at `base` would resolve it: who reads it elsewhere
 * has no page to resolve it by. What is not safe stays as it is, for the renderers to leave out.
 */
export function withAbsoluteUrls(body: Body, base: string): Body {
  return body.map((block) => absoluteBlock(block, base))
}

function absoluteBlock(block: Block, base: string): Block {
  if (block._type === 'table')
    return {
      ...block,
      rows: block.rows.map((row) => ({
        ...row,
        cells: row.cells.map((cell) => ({ ...cell, value: absoluteCell(cell, base) })),
      })),
    }
  if (block._type === 'block') return absoluteText(block, base)
  return block._type === 'image' ? absoluteImage(block, base) : block
}

function absoluteCell({ value }: TableCell, base: string): TableCell['value'] {
  return value.map((part) => (part._type === 'image' ? absoluteImage(part, base) : absoluteText(part, base)))
}

function absoluteText(block: TextBlock, base: string): TextBlock {
  if (block.markDefs.length === 0) return block
  const markDefs = block.markDefs.map((link) =>
    isSafeHref(link.href) ? { ...link, href: resolve(link.href, base) } : link,
  )
  return { ...block, markDefs }
}

function absoluteImage(image: Image, base: string): Image {
  return isSafeSource(image.src) ? { ...image, src: resolve(image.src, base) } : image
}

/** What is absolute already stays as it is written. */
function resolve(url: string, base: string): string {
  return /^[/#?]/.test(url) && URL.canParse(url, base) ? new URL(url, base).href : url
}
