/**
 * The longest ascending subsequence of numbers that are all different: those that can stay where they are when
 * the rest is put in order. O(n log n).
 */
export function longestRun(numbers: readonly number[]): number[] {
  /** By length - 1: the index of the smallest number that ends a run of that length. */
  const ends: number[] = []
  const previous: (number | undefined)[] = []
  for (const [index, number] of numbers.entries()) {
    const length = countBelow(numbers, ends, number)
    previous.push(ends[length - 1])
    ends[length] = index
  }
  const run: number[] = []
  for (let index = ends.at(-1); index !== undefined; index = previous[index]) run.push(numbers[index] ?? 0)
  return run.reverse()
}

/** How many runs end below the number, which are the shortest ones. */
function countBelow(numbers: readonly number[], ends: readonly number[], number: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1
    else high = middle
  }
  return low
}
