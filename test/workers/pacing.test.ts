import { expect, it } from 'vitest'
import { createPacing } from '../../src/workers/pacing.ts'

it('waits longer after each worker that ends early, up to ten seconds, and not after one that served', () => {
  const { pauseAfter } = createPacing()
  const pauses = [undefined, 0, 9_999, ...Array(5).fill(undefined)].map(pauseAfter)
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000])
  expect(pauseAfter(10_000)).toBe(0)
  expect(pauseAfter(undefined)).toBe(100)
})
