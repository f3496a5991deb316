import { describe, expect, it } from 'vitest'
import { unknownId } from '../support/routes.ts'
import { askerNamed } from './principals.ts'
import { rawHeads, sendHead } from './raw.ts'
import { mostShown } from './requests.ts'
import { spellingsOf } from './spellings.ts'
import { startSweep } from './sweep.ts'
import { fillWith } from './targets.ts'

/** One in so many spellings is sent; another one for each path. */
const step = 2

describe('every route', () => {
  it('in every spelling of its URL, with every method', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, database } = sweep
    const nobody = askerNamed(askers, 'nobody')
    const admin = askerNamed(askers, 'admin')
    const paths = Map.groupBy(operations, ({ path }) => path)
    let spellings = 0
    let pathsAsked = 0
    for (const [path, ofPath] of paths) {
      const known = await spellingsOf(sweep, ofPath)
      const plain = new Set(known.flatMap((spelling) => spelling.plain ?? []))
      const all = known.filter(({ sent }, index) => (index + pathsAsked) % step === 0 || plain.has(sent))
      spellings += all.length
      pathsAsked += 1
      const isGuarded = ofPath.some((operation) => operation.isGuarded)
      for (const asker of isGuarded ? [nobody, admin] : [nobody]) {
        const requests = all.filter(({ isOwn }) => isOwn || asker === nobody)
        const ask = async () => {
          const answers = await client.sendAll(requests.map(({ sent }) => [asker, sent]))
          sweep.check(answers)
          for (const [index, { sent, status }] of answers.entries()) {
            const { outcome, plain } = requests[index] ?? {}
            const expected =
              outcome === 'same' ? answers.find((other) => other.sent === plain)?.status : undefined
            if (outcome === 'same' ? status !== expected : outcome === 'refused' && status < 400)
              faults.push(
                `${asker.name}: ${sent.method} ${sent.target}: ${status}, not ${expected ?? outcome}`,
              )
          }
        }
        if (!(await database.staysAsItIs(ask))) faults.push(`${path} by ${asker.name} changed something`)
      }
      const heads = rawHeads.map((head) => sendHead(sweep.server.app, head, fillWith(path, unknownId)))
      sweep.check(await Promise.all(heads))
    }
    sweep.checkLog()
    sweep.report('Routes by URL', { paths: paths.size, spellings, raw: paths.size * rawHeads.length })
    expect(faults.slice(0, mostShown)).toEqual([])
    expect(spellings).toBeGreaterThan(2_000)
  }, 240_000)
})
