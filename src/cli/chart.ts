const barWidth = 30
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of up to 30 characters, to an eighth of one. */
export function bar(value: number, largest: number): string {
  if (largest <= 0) return ''
  const units = Math.round((value / largest) * barWidth * 8)
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '')
}

/** Rows in columns: names and bars (first and last) to the left, numbers between them to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const lines = rows.map((row) =>
    row.map((cell, column) =>
      column === 0 || column === row.length - 1
        ? cell.padEnd(widthOf(column))
        : cell.padStart(widthOf(column)),
    ),
  )
  return lines.map((line) => line.join('  ').trimEnd()).join('\n')
}
