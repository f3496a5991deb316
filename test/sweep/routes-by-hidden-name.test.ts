import { describe, expect, it } from 'vitest'
import { unknownId } from '../support/routes.ts'
import type { Sent } from './client.ts'
import { comparable } from './invariants.ts'
import { isReading, type Operation, parametersOf } from './operations.ts'
import { askerNamed } from './principals.ts'
import { mostShown, nameOf } from './requests.ts'
import { startSweep } from './sweep.ts'
import { fillWith } from './targets.ts'

describe('every route', () => {
  it('in public, with the names of what is hidden: as if it had never been', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, zoo } = sweep
    const nobody = askerNamed(askers, 'nobody')
    const open = operations.filter(
      (operation) => !operation.isGuarded && operation.described && isReading(operation),
    )
    const names = zoo.hidden.flatMap(({ what, names }) => names.map((name) => ({ what, name })))
    for (const operation of open)
      for (const { what, name } of names) {
        const requests = hiddenRequests(operation, name)
        const answers = await client.injectAll(requests.map(({ hidden }) => [nobody, hidden]))
        const missing = await client.injectAll(requests.map(({ unknown }) => [nobody, unknown]))
        sweep.check([...answers, ...missing])
        for (const [index, answer] of answers.entries()) {
          const other = missing[index]
          if (other && comparable(answer, [name]) !== comparable(other, [unlike(name)]))
            faults.push(
              `${nameOf(operation)} tells of ${what}: ${answer.sent.target} ${answer.text} | ${other.text}`,
            )
        }
      }
    sweep.report('Routes by hidden name', { open: open.length, names: names.length })
    expect(faults.slice(0, mostShown)).toEqual([])
    expect(names.length).toBeGreaterThan(20)
  }, 120_000)
})

/** A name of the same form that nothing has. */
function unlike(name: string): string {
  return name.includes('cnry') ? name.replace(/cnry\w+/, (letters) => 'q'.repeat(letters.length)) : unknownId
}

const conditions: readonly Sent['headers'][] = [
  [],
  [['if-none-match', '*']],
  [['if-modified-since', 'Fri, 01 Jan 2100 00:00:00 GMT']],
  [['range', 'bytes=0-1']],
  [['accept-encoding', 'gzip']],
]

/** Requests with a name in the path or in a parameter, and the same with one that nothing has. */
function hiddenRequests(
  { described, method, path }: Operation,
  name: string,
): { hidden: Sent; unknown: Sent }[] {
  const pair = (target: (value: string) => string, headers: Sent['headers'] = []) => ({
    hidden: { method, target: target(name), headers },
    unknown: { method, target: target(unlike(name)), headers },
  })
  const inPath = path.includes('{')
    ? conditions.map((headers) => pair((value) => fillWith(path, value), headers))
    : []
  const inQuery = parametersOf({ described }, 'query').map((parameter) =>
    pair((value) => {
      const sent = parameter.name === 'path' ? `/${value}` : value
      return `${fillWith(path, 'nothing')}?${parameter.name}=${encodeURIComponent(sent)}`
    }),
  )
  return [...inPath, ...inQuery]
}
