import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createLink } from '../../src/workers/link.ts'

type Asked = { readonly half: (input: number) => number }

/** Two ends of a channel, as between two processes: what is sent arrives later, as a copy. */
function channel() {
  const ends = [new EventEmitter(), new EventEmitter()] as const
  const sender = (other: EventEmitter) => (message: object) =>
    setImmediate(() => other.emit('message', structuredClone(message)))
  return [
    Object.assign(ends[0], { send: sender(ends[1]) }),
    Object.assign(ends[1], { send: sender(ends[0]) }),
  ] as const
}

const answers = {
  async half(input: number) {
    if (input % 2 === 1) throw new Error(`${input} is odd`)
    await turn()
    return input / 2
  },
}

it('answers each question of both sides, those that fail with the reason', async () => {
  const [one, other] = channel()
  const left = createLink<Asked, Asked>(one, answers)
  const right = createLink<Asked, Asked>(other, answers)
  expect(await Promise.all([left.ask('half', 8), right.ask('half', 6), left.ask('half', 4)])).toEqual([
    4, 3, 2,
  ])
  await expect(left.ask('half', 5)).rejects.toThrow('5 is odd')
  one.emit('message', 'what somebody else sent')
  expect(await right.ask('half', 2)).toBe(1)
})

it('fails what is asked, and what is asked later, when the other side has ended', async () => {
  const [one] = channel()
  const link = createLink<Asked, Asked>(one, answers)
  const asked = link.ask('half', 2)
  link.end()
  await expect(asked).rejects.toThrow('does not answer any more')
  await expect(link.ask('half', 2)).rejects.toThrow('does not answer any more')
})
