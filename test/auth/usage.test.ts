import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordUsage, type TokenUse } from '../../src/auth/usage.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')

function recorder(save?: (uses: readonly TokenUse[]) => Promise<void>) {
  const saved: TokenUse[][] = []
  const failures: unknown[] = []
  const usage = recordUsage({
    save: save ?? (async (uses) => void saved.push([...uses])),
    clock: Date.now,
    onFailure: (error) => void failures.push(error),
  })
  return { usage, saved, failures }
}

describe('the last use of tokens', () => {
  beforeEach(() => vi.useFakeTimers({ now: start }))
  afterEach(() => vi.useRealTimers())

  it('is saved a second later, of all tokens at once, each with its latest use', async () => {
    const { usage, saved } = recorder()
    usage.note({ id: 'b', lastUsedAt: null })
    usage.note({ id: 'a', lastUsedAt: null })
    vi.advanceTimersByTime(500)
    usage.note({ id: 'b', lastUsedAt: null })
    expect(saved).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    expect(saved).toEqual([
      [
        { tokenId: 'a', at: '2026-01-01T00:00:00.000Z', since: '2025-12-31T23:59:00.000Z' },
        { tokenId: 'b', at: '2026-01-01T00:00:00.500Z', since: '2025-12-31T23:59:00.500Z' },
      ],
    ])
  })

  it('is not saved again within a minute', async () => {
    const { usage, saved } = recorder()
    usage.note({ id: 'a', lastUsedAt: '2025-12-31T23:59:00.001Z' })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(saved).toEqual([])
    usage.note({ id: 'a', lastUsedAt: '2025-12-31T23:59:00.001Z' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(saved).toHaveLength(1)
  })

  it('is saved when the program ends, after what is being saved already', async () => {
    const order: string[] = []
    const { usage } = recorder(async (uses) => {
      order.push(`begin ${uses[0]?.tokenId}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
      order.push(`end ${uses[0]?.tokenId}`)
    })
    usage.note({ id: 'a', lastUsedAt: null })
    await vi.advanceTimersByTimeAsync(1_000)
    usage.note({ id: 'b', lastUsedAt: null })
    const closed = usage.close()
    await vi.advanceTimersByTimeAsync(200)
    await closed
    expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b'])
  })

  it('is given up when it cannot be saved, and told of', async () => {
    let isBroken = true
    const { usage, failures } = recorder(async () => {
      if (isBroken) throw new Error('the database is gone')
    })
    usage.note({ id: 'a', lastUsedAt: null })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(failures).toEqual([new Error('the database is gone')])
    isBroken = false
    usage.note({ id: 'a', lastUsedAt: null })
    await usage.close()
    expect(failures).toHaveLength(1)
  })
})
