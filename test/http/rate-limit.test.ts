import fc from 'fast-check'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../src/contract/errors.ts'
import { networkOf } from '../../src/http/network.ts'
import { createRateLimit } from '../../src/http/rate-limit.ts'
import { createBuckets } from '../../src/http/token-bucket.ts'
import { installWriteLimit } from '../../src/http/write-limit.ts'
import { oneProcess } from '../../src/workers/instance.ts'

const { buckets } = oneProcess()

function movable() {
  let now = Date.parse('2026-01-01T00:00:00Z')
  return {
    clock: () => now,
    pass: (ms: number) => {
      now += ms
    },
  }
}

describe('a token bucket', () => {
  it('gives a burst at once, then what comes back', () => {
    const { clock, pass } = movable()
    const buckets = createBuckets({ perSecond: 10, burst: 3, clock })
    expect([1, 2, 3, 4].map(() => buckets.take('a').isTaken)).toEqual([true, true, true, false])
    expect(buckets.take('b').isTaken).toBe(true)
    pass(99)
    expect(buckets.take('a').isTaken).toBe(false)
    pass(1)
    expect(buckets.take('a')).toEqual({ isTaken: true, remaining: 0, nextSeconds: 1 })
    pass(60_000)
    expect(buckets.take('a')).toMatchObject({ isTaken: true, remaining: 2 })
  })

  it('says in how many seconds there are enough', () => {
    const { clock, pass } = movable()
    const buckets = createBuckets({ perSecond: 0.5, burst: 10, clock })
    buckets.take('a', 10)
    expect(buckets.take('a', 3)).toEqual({ isTaken: false, remaining: 0, nextSeconds: 6 })
    pass(5_999)
    expect(buckets.take('a', 3)).toMatchObject({ isTaken: false, remaining: 2, nextSeconds: 1 })
    pass(1)
    expect(buckets.take('a', 3).isTaken).toBe(true)
  })

  it('takes more than it holds when it is full', () => {
    const { clock } = movable()
    const buckets = createBuckets({ perSecond: 1, burst: 5, clock })
    expect(buckets.take('a', 100)).toMatchObject({ isTaken: true, remaining: 0 })
    expect(buckets.take('a', 100)).toMatchObject({ isTaken: false, nextSeconds: 5 })
  })

  it('never gives more than its burst and what came back, whatever the clock does', () => {
    const step = fc.record({
      ms: fc.integer({ min: -100_000, max: 3_000 }),
      count: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const { clock, pass } = movable()
        const buckets = createBuckets({ perSecond: 4, burst: 20, clock })
        let forwardMs = 0
        let taken = 0
        for (const { ms, count } of steps) {
          pass(ms)
          forwardMs += Math.max(0, ms)
          if (buckets.take('a', count).isTaken) taken += Math.min(count, 20)
        }
        expect(taken).toBeLessThanOrEqual(20 + (forwardMs / 1_000) * 4 + 1e-3)
      }),
    )
  })

  it('refuses nobody for long after the clock was set back', () => {
    const { clock, pass } = movable()
    const buckets = createBuckets({ perSecond: 1, burst: 1, clock })
    buckets.take('a')
    pass(-86_400_000)
    expect(buckets.take('a')).toMatchObject({ isTaken: false, nextSeconds: 1 })
    pass(1_000)
    expect(buckets.take('a').isTaken).toBe(true)
  })

  it('remembers a bounded number of keys, those used last', () => {
    const { clock } = movable()
    const buckets = createBuckets({ perSecond: 1, burst: 1, clock })
    buckets.take('first')
    for (let key = 0; key < 9_999; key += 1) buckets.take(`key ${key}`)
    expect(buckets.take('first').isTaken).toBe(false)
    for (let key = 0; key < 10_000; key += 1) buckets.take(`other ${key}`)
    expect(buckets.take('first').isTaken).toBe(true)
  })
})

describe('a rate limit', () => {
  const limitOf = (perSecond: number, burst: number) =>
    createRateLimit({ policy: 'p', perSecond, burst, clock: movable().clock, buckets, detail: 'Too much.' })

  it.each([
    [100, 1_000, '"p";q=1000;w=10', '"p";r=999;t=1'],
    [1, 60, '"p";q=60;w=60', '"p";r=59;t=1'],
    [0.25, 15, '"p";q=15;w=60', '"p";r=14;t=4'],
    [100, 50, '"p";q=100;w=1', '"p";r=49;t=1'],
    [100, 1_050, '"p";q=1100;w=11', '"p";r=1049;t=1'],
  ])('of %d a second with bursts of %d is told as %s', async (perSecond, burst, policy, state) => {
    expect((await limitOf(perSecond, burst)?.count('a'))?.headers).toEqual({
      'ratelimit-policy': policy,
      ratelimit: state,
    })
  })

  it('answers a problem that says when to try again', async () => {
    const limit = limitOf(0.1, 1)
    expect((await limit?.count('a'))?.problem).toBeUndefined()
    const { headers, problem } = (await limit?.count('a')) ?? {}
    expect(problem).toMatchObject({ code: 'rate-limited', status: 429, detail: 'Too much.' })
    expect(problem?.headers).toEqual({ ...headers, 'retry-after': '10' })
    expect(headers).toEqual({ 'ratelimit-policy': '"p";q=1;w=10', ratelimit: '"p";r=0;t=10' })
  })

  it('of 0 is none', () => {
    expect(limitOf(0, 100)).toBeUndefined()
  })
})

describe('the limit of writes', () => {
  it('counts each request that writes to a guarded route', async () => {
    const limit = createRateLimit({
      policy: 'w',
      perSecond: 1,
      burst: 2,
      clock: movable().clock,
      buckets,
      detail: 'Stop.',
    })
    if (limit === undefined) throw new Error('there is a limit')
    const app = fastify()
    app.setErrorHandler((error, _request, reply) => {
      const { status, headers } = error as Problem
      return reply.code(status).headers(headers).send()
    })
    installWriteLimit(app, { limit, keyOf: () => 'one' })
    const config = { permission: 'articles.write' } as const
    app.get('/x', { config }, async () => 'x')
    app.post('/x', { config }, async () => 'x')
    app.post('/public', async () => 'x')
    const send = async (method: 'GET' | 'HEAD' | 'POST', url: string) => {
      const { statusCode, headers } = await app.inject({ method, url })
      return [statusCode, headers.ratelimit]
    }
    expect(await send('POST', '/x')).toEqual([200, '"w";r=1;t=1'])
    expect(await send('GET', '/x')).toEqual([200, undefined])
    expect(await send('HEAD', '/x')).toEqual([200, undefined])
    expect(await send('POST', '/public')).toEqual([200, undefined])
    expect(await send('POST', '/x')).toEqual([200, '"w";r=0;t=1'])
    expect(await send('POST', '/x')).toEqual([429, '"w";r=0;t=1'])
  })
})

describe('the network of an address', () => {
  it('is the address itself for IPv4, however it is written', () => {
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201'])
      expect(networkOf(address)).toBe('192.0.2.1')
    expect(networkOf('192.0.2.2')).not.toBe(networkOf('192.0.2.1'))
  })

  it('is the /64 for IPv6', () => {
    const same = [
      '2001:db8:0:1::1',
      '2001:db8:0:1:ffff:ffff:ffff:ffff',
      '2001:0DB8::1:0:0:0:1',
      '2001:db8:0:1::%eth0',
    ]
    expect(new Set(same.map(networkOf)).size).toBe(1)
    expect(networkOf('2001:db8:0:2::1')).not.toBe(networkOf('2001:db8:0:1::1'))
    expect(networkOf('2001:db8:0:10::')).not.toBe(networkOf('2001:db8:0:1::'))
  })

  it('is one for all that is no address', () => {
    expect(['', 'x', 'unknown', '1.2.3.4.5', '::1::', 'é'].map(networkOf)).toEqual(Array(6).fill('unknown'))
  })
})
