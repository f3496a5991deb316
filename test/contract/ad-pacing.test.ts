import { describe, expect, it } from 'vitest'
import { holdOf, isOtherHold } from '../../src/contract/ad-pacing.ts'
import { never } from '../../src/contract/ad-window.ts'

const week = {
  goal: { impressions: 1_000 },
  startsAt: '2026-01-05T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  endsAt: '2026-01-12T00:00:00.000Z',
}
const middle = '2026-01-08T12:00:00.000Z'

describe('a goal', () => {
  it('holds back what is ahead of its plan until the plan has come as far', () => {
    expect(holdOf(week, 500, middle)).toBeNull()
    expect(holdOf(week, 502, middle)).toBeNull()
    expect(holdOf(week, 600, middle)).toBe('2026-01-09T04:48:00.000Z')
    expect(holdOf(week, 100, middle)).toBeNull()
  })

  it('ends what has reached it', () => {
    expect(holdOf(week, 1_000, middle)).toBe(never)
    expect(holdOf({ ...week, endsAt: null }, 1_001, middle)).toBe(never)
  })

  it('has no plan without an end, begins with the placement where nothing else is said, and need not be', () => {
    expect(holdOf({ ...week, endsAt: null }, 999, middle)).toBeNull()
    expect(holdOf({ ...week, goal: null }, 999, middle)).toBeNull()
    expect(holdOf({ ...week, startsAt: null }, 500, '2026-01-06T12:00:00.000Z')).toBeNull()
    expect(holdOf({ ...week, startsAt: null }, 600, '2026-01-06T12:00:00.000Z')).not.toBeNull()
  })

  it('holds anew only where that makes a difference', () => {
    const later = '2026-01-09T00:00:00.000Z'
    expect(isOtherHold(week, null, null, middle)).toBe(false)
    expect(isOtherHold(week, null, later, middle)).toBe(true)
    expect(isOtherHold(week, '2026-01-08T00:00:00.000Z', later, middle)).toBe(true)
    expect(isOtherHold(week, later, '2026-01-09T00:10:00.000Z', middle)).toBe(false)
    expect(isOtherHold(week, later, '2026-01-09T00:30:00.000Z', middle)).toBe(true)
    expect(isOtherHold(week, later, never, middle)).toBe(true)
    expect(isOtherHold(week, never, never, middle)).toBe(false)
  })
})
