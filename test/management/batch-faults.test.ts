import { describe, expect, it } from 'vitest'
import { dump } from '../support/dump.ts'
import { statementFaults } from '../support/statement-faults.ts'

describe('an atomic batch of which one statement fails', () => {
  it.each([
    ['fails', 500, 'internal-error'],
    ['ends its transaction', 503, 'unavailable'],
  ] as const)(
    'is written whole or not at all, whichever it is that %s',
    async (fault, status, code) => {
      const { engine, post, found, failAt, count } = await statementFaults()
      const { id } = (await post('/articles', { title: 'Made', body: paragraph('Old') })).json()
      const operations = [
        { method: 'POST', path: '/tags', body: { name: 'One' } },
        { method: 'PATCH', path: `/articles/${id}`, ifMatch: 1, body: { title: 'Renamed' } },
        { method: 'POST', path: `/articles/${id}/publish` },
        { method: 'POST', path: '/articles', body: { title: 'Another', body: paragraph('New') } },
        {
          method: 'POST',
          path: `/articles/${id}/related`,
          body: { title: 'Link', url: 'https://a.example/' },
        },
      ]
      const run = () => post('/batch', { atomic: true, operations }, { 'idempotency-key': 'one' })
      const before = await dump(engine)
      let at = 1
      for (; ; at += 1) {
        failAt(at, fault)
        const answer = await run()
        if (count() < at) {
          expect(answer.statusCode, answer.body).toBe(200)
          break
        }
        const place = `statement ${at}`
        expect([answer.statusCode, answer.json().code], place).toEqual([status, code])
        expect(await dump(engine), place).toBe(before)
        expect([await found('another'), await found('renamed')], place).toEqual([0, 0])
      }
      expect(at).toBeGreaterThan(30)
      expect(await dump(engine)).not.toBe(before)
      expect([await found('another'), await found('renamed')]).toEqual([1, 1])
      failAt(0, fault)
      expect((await run()).headers['idempotency-replayed']).toBe('true')
    },
    120_000,
  )
})

function paragraph(text: string) {
  return [{ _type: 'block', children: [{ _type: 'span', text }] }]
}
