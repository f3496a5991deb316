import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createMetricsSum } from '../../src/workers/metrics-sum.ts'

async function metricsOf(served: number, newest: number) {
  const registers = [new Registry()]
  new Counter({ name: 'served_total', help: 'h', registers }).inc(served)
  new Gauge({ name: 'open', help: 'h', registers }).set(served)
  new Gauge({ name: 'newest', help: 'h', aggregator: 'max', registers }).set(newest)
  const took = new Histogram({ name: 'took', help: 'h', buckets: [1, 2], labelNames: ['route'], registers })
  took.observe({ route: '/' }, served / 10)
  return registers[0]?.getMetricsAsJSON() ?? []
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

it('adds up what workers count, and keeps what ended ones have counted', async () => {
  const sum = createMetricsSum<string>()
  sum.note('one', await metricsOf(5, 7))
  sum.note('two', await metricsOf(15, 6))
  const whole = [
    'served_total 20',
    'open 20',
    'newest 7',
    'took_bucket{le="1",route="/"} 1',
    'took_bucket{le="2",route="/"} 2',
    'took_bucket{le="+Inf",route="/"} 2',
    'took_sum{route="/"} 2',
    'took_count{route="/"} 2',
  ]
  expect(linesOf(await sum.text()).sort()).toEqual([...whole].sort())

  sum.drop('two')
  sum.drop('never seen')
  const left = whole.map((line) => line.replace('open 20', 'open 5'))
  expect(linesOf(await sum.text()).sort()).toEqual([...left].sort())

  sum.drop('one')
  sum.note('three', await metricsOf(1, 8))
  expect(linesOf(await sum.text())).toEqual(
    expect.arrayContaining(['served_total 21', 'open 1', 'newest 8', 'took_count{route="/"} 3']),
  )
})
