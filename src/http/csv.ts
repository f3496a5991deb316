import { stringify } from 'csv-stringify/sync'

export const csvType = 'text/csv'

export type CsvCell = string | number | null

/**
 * Rows as CSV (RFC 4180), every text in quotes. A spreadsheet would run a text that begins with `=`, `+`, `-`, `@`, a
 * tab or a carriage return as a formula: such a text gets an apostrophe in front. Null is an empty cell.
 */
export function writeCsv(rows: readonly (readonly CsvCell[])[]): string {
  return stringify(rows as CsvCell[][], {
    record_delimiter: 'windows',
    quoted_string: true,
    escape_formulas: true,
  })
}
