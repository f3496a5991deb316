import type { Block, Body, UnkeyedBlock, UnkeyedTableCell } from '../contract/portable-text.ts'

/**
 * The body as plain text: blocks apart by an empty line, items of a list by a line feed, cells of a table by a
 * tab. An image is its alternative text and caption, an embed its caption or else its URL, a rule is nothing.
 */
export function toText(blocks: Body): string {
  let text = ''
  let previous: Block | undefined
  for (const block of blocks) {
    const own = blockText(block)
    if (own.trim() === '') continue
    const isNextItem = previous && isListItem(previous) && isListItem(block)
    text += `${previous ? (isNextItem ? '\n' : '\n\n') : ''}${own}`
    previous = block
  }
  return text
}

/** The plain text of one block. */
export function blockText(block: UnkeyedBlock): string {
  switch (block._type) {
    case 'block':
      return block.children.map((span) => span.text).join('')
    case 'image':
      return [...new Set([block.alt, block.caption])].filter(Boolean).join('\n')
    case 'code':
      return block.code
    case 'table':
      return block.rows.map((row) => row.cells.map(cellText).join('\t')).join('\n')
    case 'embed':
      return block.caption || block.url
    case 'horizontal-rule':
      return ''
  }
}

function isListItem(block: Block): boolean {
  return block._type === 'block' && block.listItem !== undefined
}

/** The text of a cell, on one line. */
export function cellText(cell: UnkeyedTableCell): string {
  return cell.value.map(blockText).join(' ').replace(/\s+/gu, ' ').trim()
}
