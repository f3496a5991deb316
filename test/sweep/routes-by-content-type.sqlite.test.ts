import { describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { jsonTypes, otherTypes } from './media-types.ts'
import { isReading, mediaTypesOf, takesFile } from './operations.ts'
import { askerNamed } from './principals.ts'
import { anyVersion, mostShown, nameOf, requestFor } from './requests.ts'
import { startSweep } from './sweep.ts'

describe('every route', () => {
  it('with every type of content: nothing that is not JSON gets to a schema, and nothing past it', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, targets, database } = sweep
    const admin = askerNamed(askers, 'admin')
    const writing = operations.filter((operation) => !isReading(operation))
    for (const operation of writing) {
      const target = await targets.existing(operation)
      const { body = '{}' } = await requestFor(sweep, operation, target)
      const accepted = mediaTypesOf(operation)
      const bad = '{"no such member":1,"constructor":1}'
      const requests: (Sent & { expected: readonly number[] })[] = []
      const send = (headers: Sent['headers'] & {}, sent: string, expected: readonly number[]) => {
        const all = [anyVersion, ...headers]
        requests.push({ method: operation.method, target, headers: all, body: sent, expected })
      }
      const readAsJson = takesFile(operation)
        ? []
        : [
            ...(accepted.includes('application/json') ? jsonTypes : []),
            ...accepted.filter((type) => type === 'text/plain'),
          ]
      for (const headers of otherTypes) {
        const [[name, type] = [], ...more] = headers
        const isRead = more.length === 0 && name === 'content-type' && readAsJson.includes(type ?? '')
        const isFile = takesFile(operation) && accepted.includes(type ?? '')
        if (!isRead && !isFile) send(headers, body, [415])
      }
      for (const type of readAsJson) {
        send([['content-type', type]], bad, [422])
        send([['content-type', type]], 'null', [422])
        send([['content-type', type]], '{"a":1,}', [400])
        send([['content-type', type]], '{"__proto__":{"a":1}}', [400])
      }
      if (operation.method !== 'PATCH') send([['content-type', 'application/merge-patch+json']], body, [415])
      database.accept()
      const ask = async () => {
        const answers = await client.sendAll(requests.map((sent) => [admin, sent]))
        sweep.check(answers)
        for (const [index, { status, sent }] of answers.entries())
          if (!requests[index]?.expected.includes(status))
            faults.push(
              `${sent.method} ${sent.target} ${JSON.stringify(sent.headers)} ${sent.body}: ${status}`,
            )
      }
      if (!(await database.staysAsItIs(ask))) faults.push(`${nameOf(operation)} changed something`)
    }
    sweep.checkLog()
    sweep.report('Routes by content type', {
      writing: writing.length,
      types: otherTypes.length + jsonTypes.length,
    })
    expect(faults.slice(0, mostShown)).toEqual([])
    expect(writing.length).toBeGreaterThan(30)
  }, 120_000)
})
