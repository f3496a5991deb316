import { hash } from 'node:crypto'
import type {
  Block,
  Body,
  Table,
  TableCell,
  TableRow,
  TextBlock,
  UnkeyedBlock,
  UnkeyedTable,
  UnkeyedTableCell,
  UnkeyedTableRow,
  UnkeyedTextBlock,
} from '../contract/portable-text.ts'
import { contentOf, spanContents } from './content.ts'
import { type Keyed, matchAlike, matchEqual } from './match.ts'
import { blockText, cellText } from './text.ts'

/**
 * Gives every block, span, row and cell that has no `_key` one, unique within its array.
 *
 * What was sent with a key keeps it. Another whose content is that of one of `previous` becomes that one, with all
 * of its keys. One that is an edit of one of them, their texts being much alike, takes its key, and so on for what
 * is inside. What is left gets keys made from its content (12 hexadecimal digits of its SHA-256), so that the same
 * text gives the same keys wherever and whenever it is imported. Links always have keys, which the spans' marks
 * name; they stay, unless the whole block is taken from `previous`.
 */
export function withKeys(blocks: readonly UnkeyedBlock[], previous: Body = []): Body {
  return keyEach(blocks, previous, textOfBlock, keyBlock)
}

/** Keys items that are equal when their contents are, links inside included. */
function keyEach<Item extends Keyed, Stored extends Item & Required<Keyed>>(
  items: readonly Item[],
  before: readonly Stored[],
  textOf: (item: Item) => string,
  complete: (item: Item, key: string, before: Stored | undefined) => Stored,
): Stored[] {
  const { keys, twins, origins } = chooseKeys(
    { items, contents: items.map(contentOf) },
    { items: before, contents: before.map(contentOf) },
    textOf,
  )
  return items.map((item, index) => {
    const key = keys[index] ?? ''
    const twin = twins[index]
    return twin === undefined ? complete(item, key, origins[index]) : { ...twin, _key: key }
  })
}

/** What an item is known by when it was edited. */
function textOfBlock(block: UnkeyedBlock): string {
  if (block._type === 'image') return block.src
  return block._type === 'embed' ? block.url : blockText(block)
}

function textOfRow(row: UnkeyedTableRow): string {
  return row.cells.map(cellText).join('\t')
}

function keyBlock(block: UnkeyedBlock, key: string, before: Block | undefined): Block {
  if (block._type === 'block') return keyTextBlock(block, key, before)
  if (block._type === 'table') return keyTable(block, key, before)
  return { ...block, _key: key }
}

function keyTextBlock(block: UnkeyedTextBlock, key: string, before: Block | undefined): TextBlock {
  const old: Pick<TextBlock, 'children' | 'markDefs'> =
    before?._type === 'block' ? before : { children: [], markDefs: [] }
  const { keys } = chooseKeys(
    { items: block.children, contents: spanContents(block) },
    { items: old.children, contents: spanContents(old) },
    (span) => span.text,
  )
  // A span's marks name links of its own block, so nothing but its key is taken over.
  const children = block.children.map((span, index) => ({ ...span, _key: keys[index] ?? '' }))
  return { ...block, _key: key, children }
}

function keyTable(table: UnkeyedTable, key: string, before: Block | undefined): Table {
  const rowsBefore = before?._type === 'table' ? before.rows : []
  return { ...table, _key: key, rows: keyEach(table.rows, rowsBefore, textOfRow, keyRow) }
}

function keyRow(row: UnkeyedTableRow, key: string, before: TableRow | undefined): TableRow {
  return { ...row, _key: key, cells: keyEach(row.cells, before?.cells ?? [], cellText, keyCell) }
}

function keyCell(cell: UnkeyedTableCell, key: string, before: TableCell | undefined): TableCell {
  return { ...cell, _key: key, value: keyEach(cell.value, before?.value ?? [], textOfBlock, keyCellBlock) }
}

type CellBlock = TableCell['value'][number]

function keyCellBlock(
  block: UnkeyedTableCell['value'][number],
  key: string,
  before: CellBlock | undefined,
): CellBlock {
  return block._type === 'block' ? keyTextBlock(block, key, before) : { ...block, _key: key }
}

interface Contents<Item> {
  readonly items: readonly Item[]
  readonly contents: readonly string[]
}

/**
 * One key for each item of an array: the one that it was sent with, or that of the item of before that it is
 * (`twins`) or is made of (`origins`), while it is free; else one made from its content.
 */
function chooseKeys<Item extends Keyed, Stored extends Item & Required<Keyed>>(
  now: Contents<Item>,
  before: Contents<Stored>,
  textOf: (item: Item) => string,
): { keys: string[]; twins: (Stored | undefined)[]; origins: (Stored | undefined)[] } {
  const twins = matchEqual(now, before)
  const alike = matchAlike(now.items, twins, before.items, textOf)
  const sent = new Map(before.items.map((item) => [item._key, item]))
  const origins = now.items.map(({ _key }, index) => (_key === undefined ? alike[index] : sent.get(_key)))
  const taken = new Set<string>()
  const kept = now.items.map(({ _key }, index) => {
    const wanted = _key ?? twins[index]?._key ?? origins[index]?._key
    if (wanted === undefined || taken.has(wanted)) return undefined
    taken.add(wanted)
    return wanted
  })
  const occurrences = new Map<string, number>()
  const keys = kept.map((key, index) => key ?? deriveKey(now.contents[index] ?? '', occurrences, taken))
  return { keys, twins, origins }
}

function deriveKey(content: string, occurrences: Map<string, number>, taken: Set<string>): string {
  for (;;) {
    const occurrence = occurrences.get(content) ?? 0
    occurrences.set(content, occurrence + 1)
    const key = hash('sha256', `${occurrence} ${content}`, 'hex').slice(0, 12)
    if (!taken.has(key)) {
      taken.add(key)
      return key
    }
  }
}
