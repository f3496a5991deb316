import { expect, it } from 'vitest'
import { createTurns } from '../../src/workers/turns.ts'

/** Takes turns under names, and notes what becomes of them. */
function noted() {
  const turns = createTurns<string>()
  const log: string[] = []
  return {
    log,
    take: (name: string) => void turns.take(name).then((isGranted) => log.push(`${name} ${isGranted}`)),
    async end(name: string) {
      turns.end(name)
      await Promise.resolve()
    },
  }
}

it('turns come in the order in which they were asked for, one at a time', async () => {
  const { log, take, end } = noted()
  for (const name of ['a', 'b', 'c']) take(name)
  await Promise.resolve()
  expect(log).toEqual(['a true'])
  await end('a')
  take('a')
  await end('b')
  await end('c')
  expect(log).toEqual(['a true', 'b true', 'c true', 'a true'])
})

it('who gives up is passed over, and who ends without a turn changes nothing', async () => {
  const { log, take, end } = noted()
  for (const name of ['a', 'b', 'c']) take(name)
  await end('b')
  await end('b')
  await end('nobody')
  await end('a')
  expect(log).toEqual(['a true', 'b false', 'c true'])
})
