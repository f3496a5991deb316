import { createHash } from 'node:crypto'
import type {
  Block,
  Body,
  Table,
  TextBlock,
  UnkeyedBlock,
  UnkeyedTable,
  UnkeyedTextBlock,
} from '../contract/portable-text.ts'
import { contentOf, spanContents } from './content.ts'
import { matchBlocks } from './match.ts'

/**
 * Gives every block, span, row and cell that has no `_key` one, unique within its array.
 *
 * A block that was sent with a key keeps it. Another whose content is that of a block of `previous` becomes
 * that block, with all of its keys. What is left gets keys made from its content (12 hexadecimal digits of
 * its SHA-256), so that the same text gives the same keys wherever and whenever it is imported. Links always
 * have keys, which the spans' marks name; they stay, unless the whole block is taken from `previous`.
 */
export function withKeys(blocks: readonly UnkeyedBlock[], previous: Body = []): Body {
  const contents = blocks.map(contentOf)
  const twins = matchBlocks(blocks, contents, previous)
  const wanted = blocks.map((block, index) => block._key ?? twins[index]?._key)
  const keys = chooseKeys(wanted, contents)
  return blocks.map((block, index) => {
    const key = keys[index] ?? ''
    const twin = twins[index]
    return twin ? { ...twin, _key: key } : keyBlock(block, key)
  })
}

function keyBlock(block: UnkeyedBlock, key: string): Block {
  if (block._type === 'block') return keyTextBlock(block, key)
  if (block._type === 'table') return keyTable(block, key)
  return { ...block, _key: key }
}

function keyTextBlock(block: UnkeyedTextBlock, key: string): TextBlock {
  const keys = chooseKeys(keysOf(block.children), spanContents(block))
  const children = block.children.map((span, index) => ({ ...span, _key: keys[index] ?? '' }))
  return { ...block, _key: key, children }
}

function keyTable(table: UnkeyedTable, key: string): Table {
  const rowKeys = chooseKeys(keysOf(table.rows), table.rows.map(contentOf))
  const rows = table.rows.map((row, rowIndex) => {
    const cellKeys = chooseKeys(keysOf(row.cells), row.cells.map(contentOf))
    const cells = row.cells.map((cell, cellIndex) => {
      const keys = chooseKeys(keysOf(cell.value), cell.value.map(contentOf))
      const value = cell.value.map((block, index) => {
        const blockKey = keys[index] ?? ''
        return block._type === 'block' ? keyTextBlock(block, blockKey) : { ...block, _key: blockKey }
      })
      return { ...cell, _key: cellKeys[cellIndex] ?? '', value }
    })
    return { ...row, _key: rowKeys[rowIndex] ?? '', cells }
  })
  return { ...table, _key: key, rows }
}

function keysOf(items: readonly { readonly _key?: string | undefined }[]): (string | undefined)[] {
  return items.map((item) => item._key)
}

/** One key for each item of an array: the one that it wants while it is free, else one made from its content. */
function chooseKeys(wanted: readonly (string | undefined)[], contents: readonly string[]): string[] {
  const taken = new Set<string>()
  const kept = wanted.map((key) => {
    if (key === undefined || taken.has(key)) return undefined
    taken.add(key)
    return key
  })
  const occurrences = new Map<string, number>()
  return kept.map((key, index) => key ?? deriveKey(contents[index] ?? '', occurrences, taken))
}

function deriveKey(content: string, occurrences: Map<string, number>, taken: Set<string>): string {
  for (;;) {
    const occurrence = occurrences.get(content) ?? 0
    occurrences.set(content, occurrence + 1)
    const key = createHash('sha256').update(`${occurrence} ${content}`).digest('hex').slice(0, 12)
    if (!taken.has(key)) {
      taken.add(key)
      return key
    }
  }
}
