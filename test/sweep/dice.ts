import fc from 'fast-check'

/** Choices that a seed decides. */
export type Dice = ReturnType<typeof createDice>

export function createDice(seed: number) {
  const [numbers] = fc.sample(fc.infiniteStream(fc.noBias(fc.nat())), { seed, numRuns: 1 })

  function below(end: number): number {
    return Number(numbers?.next().value) % end
  }

  function chance(percent: number): boolean {
    return below(100) < percent
  }

  function pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('there is nothing to pick from')
    return list[below(list.length)] as T
  }

  return {
    /** A whole number from 0 to `end`, exclusive. */
    below,
    chance,
    pick,

    /** Up to `most` of them, each once, in any order. */
    some<T>(list: readonly T[], most: number): T[] {
      const left = [...list]
      const count = below(Math.min(most, list.length) + 1)
      return Array.from({ length: count }, () => left.splice(below(left.length), 1)).flat()
    },
  }
}
