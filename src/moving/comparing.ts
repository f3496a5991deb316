import { createHash } from 'node:crypto'
import { DatabaseError } from '../db/engine.ts'
import type { MoveEnd } from '../db/move-end.ts'
import { type Row, rowsAfter } from '../db/move-rows.ts'
import type { TableShape } from '../db/table-order.ts'

/** Throws DatabaseError where the rows are not the same. */
export async function compareTable(
  source: MoveEnd,
  target: MoveEnd,
  shape: TableShape,
  onRows: (count: number) => void,
): Promise<void> {
  const [sent, arrived] = await Promise.all([
    digestOf(rowsAfter(source, shape), onRows),
    digestOf(rowsAfter(target, shape), () => {}),
  ])
  if (sent.digest === arrived.digest) return
  throw new DatabaseError(
    `${shape.name} has ${sent.rows} rows in ${source.name} and ${arrived.rows} in ${target.name}, and they are not the same: the source was written to while the move was broken off; empty the target, and start again`,
  )
}

async function digestOf(
  batches: AsyncIterable<readonly Row[]>,
  onRows: (count: number) => void,
): Promise<{ rows: number; digest: string }> {
  const hash = createHash('sha256')
  let count = 0
  for await (const rows of batches) {
    for (const row of rows) hash.update(`${JSON.stringify(Object.values(row))}\n`)
    count += rows.length
    onRows(rows.length)
  }
  return { rows: count, digest: hash.digest('hex') }
}
