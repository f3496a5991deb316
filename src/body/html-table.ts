import { type BlockInput, maxTableColumns, maxTableRows } from '../contract/portable-text.ts'
import { ConversionError } from './conversion-error.ts'
import { attributeOf, childrenOf, type Element, isElement, isInvisible, stylesOf } from './html-tree.ts'

type TableInput = Extract<BlockInput, { _type: 'table' }>
type CellValue = TableInput['rows'][number]['cells'][number]['value']
type Alignment = NonNullable<TableInput['alignment']>[number]

/** One for all places that a cell spans, of which few elements can make millions. */
const noCell = { _type: 'cell' as const, value: [] }

interface CellPlace {
  readonly element: Element
  readonly value: CellValue
}

/**
 * A table, its head first and its foot last; undefined without cells. `readCell` reads the content of a cell.
 * Throws ConversionError for more rows or columns than a table may have.
 */
export function readTable(table: Element, readCell: (cell: Element) => CellValue): TableInput | undefined {
  const head = rowsOf(table, 'thead')
  // The parser puts every row into a group.
  const elements = [...head, ...rowsOf(table, 'tbody'), ...rowsOf(table, 'tfoot')]
  if (elements.length > maxTableRows) throw tooLarge(`${maxTableRows} rows`)
  const rows = layOut(elements, readCell)
  if (rows.length === 0) return undefined
  const headerRows = head.length > 0 ? head.length : leadingHeaders(elements)
  const alignment = alignmentOf(rows)
  return {
    _type: 'table',
    headerRows,
    ...(alignment.length === 0 ? {} : { alignment }),
    rows: rows.map((places) => ({
      _type: 'row',
      cells: places.map((place) => (place === undefined ? noCell : { _type: 'cell', value: place.value })),
    })),
  }
}

function rowsOf(table: Element, part: 'thead' | 'tbody' | 'tfoot'): Element[] {
  const rows = childrenOf(table, part).flatMap((group) => childrenOf(group, 'tr'))
  return rows.filter((row) => cellsOf(row).length > 0)
}

function cellsOf(row: Element): Element[] {
  return row.childNodes
    .filter(isElement)
    .filter((child) => (child.tagName === 'td' || child.tagName === 'th') && !isInvisible(child))
}

/** How many rows at the beginning have nothing but header cells. */
function leadingHeaders(rows: readonly Element[]): number {
  const first = rows.findIndex((row) => cellsOf(row).some((cell) => cell.tagName === 'td'))
  return first === -1 ? rows.length : first
}

/** Puts each cell into its column; where another one spans, there is nothing. */
function layOut(
  rows: readonly Element[],
  readCell: (cell: Element) => CellValue,
): (CellPlace | undefined)[][] {
  /** For each column, how many rows more are covered by a cell above. */
  const covered: number[] = []
  return rows.map((row) => {
    const places: (CellPlace | undefined)[] = []
    const coveredHere = covered.map((count) => count > 0)
    for (const [column, count] of covered.entries()) covered[column] = Math.max(0, count - 1)
    let column = 0
    for (const element of cellsOf(row)) {
      while (coveredHere[column]) column += 1
      // What is spanned at the end of a row needs no cells.
      if (column >= maxTableColumns) throw tooLarge(`${maxTableColumns} columns`)
      while (places.length < column) places.push(undefined)
      places.push({ element, value: readCell(element) })
      const columns = spanOf(element, 'colspan')
      const rowsBelow = spanOf(element, 'rowspan') - 1
      for (let end = column + columns; column < end; column += 1) {
        while (covered.length <= column) covered.push(0)
        covered[column] = Math.max(covered[column] ?? 0, rowsBelow)
      }
    }
    return places
  })
}

function spanOf(cell: Element, name: 'colspan' | 'rowspan'): number {
  const span = Number.parseInt(attributeOf(cell, name) ?? '1', 10)
  // A span may say thousands, which is how some make a cell as wide as the table is.
  return span >= 1 ? Math.min(span, name === 'colspan' ? maxTableColumns : maxTableRows) : 1
}

function tooLarge(limit: string): ConversionError {
  const detail = `The content has a table of over ${limit}; divide it.`
  return new ConversionError([{ code: 'too-many', detail }])
}

/** The alignment that all cells of a column share. */
function alignmentOf(rows: readonly (readonly (CellPlace | undefined)[])[]): (Alignment | null)[] {
  const columns: (Alignment | null)[] = []
  for (const row of rows) {
    for (const [column, place] of row.entries()) {
      if (place === undefined) continue
      const own = alignmentOfCell(place.element)
      columns[column] = columns[column] === undefined || columns[column] === own ? own : null
    }
  }
  const last = columns.findLastIndex((alignment) => alignment != null)
  return Array.from({ length: last + 1 }, (_, column) => columns[column] ?? null)
}

function alignmentOfCell(cell: Element): Alignment | null {
  const named = stylesOf(cell).get('text-align') ?? attributeOf(cell, 'align')?.toLowerCase()
  return named === 'left' || named === 'center' || named === 'right' ? named : null
}
