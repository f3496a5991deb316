/** Splits a list into the runs of neighbours that have the same key. */
export function adjacentBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const runs: Item[][] = []
  for (const item of items) {
    const run = runs.at(-1)
    if (run?.[0] !== undefined && keyOf(run[0]) === keyOf(item)) run.push(item)
    else runs.push([item])
  }
  return runs
}
