import { describe, expect, it } from 'vitest'
import { meaningOf, realFiles, specFiles } from '../ads/meaning.ts'
import { expectDescribed } from '../support/contract.ts'
import { corpus } from '../support/fixtures.ts'
import { bearer, startServer } from '../support/server.ts'

const path = '/manage/v1/sellers/import'

async function start() {
  const server = await startServer()
  const { http } = server
  const post = (text: string | Buffer, query = '', type = 'text/plain') =>
    http
      .post(`${path}?${query.includes('file=') ? query : `file=ads.txt&${query}`}`)
      .set({ ...bearer(), 'content-type': type })
      .send(text)
  return {
    ...server,
    post,
    async take(text: string | Buffer, query?: string) {
      const answer = await post(text, query)
      expect([answer.status, answer.body.errors]).toEqual([200, undefined])
      expectDescribed('post', path, answer)
      return answer.body
    },
    text: async (file = 'ads.txt'): Promise<string> => (await http.get(`/${file}`).expect(200)).text,
    make: async (body: object) =>
      (await http.post('/manage/v1/sellers').set(bearer()).send(body).expect(201)).body,
    list: async (query = '') =>
      (await http.get(`/manage/v1/sellers?limit=100&${query}`).set(bearer()).expect(200)).body.data,
  }
}

const counts = { processed: 0, created: 0, updated: 0, unchanged: 0, duplicates: 0, failed: 0, deleted: 0 }

describe('an existing file', () => {
  const known = [...specFiles, ...realFiles].map((name) => ({ name, ...corpus(name) }))
  const isThere = known.every(({ text }) => text !== undefined)
  it.skipIf(!isThere)(`comes out equal in meaning, one after the other ${known[0]?.reason}`, async () => {
    const { take, text: read } = await start()
    for (const { name, text = '' } of known) {
      const file = name.endsWith('app-ads.txt') ? 'app-ads.txt' : 'ads.txt'
      const report = await take(text, `file=${file}&mode=replace`)
      expect(meaningOf(await read(file)), name).toEqual(meaningOf(text))
      const again = await take(await read(file), `file=${file}&mode=replace`)
      expect(again, name).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0, duplicates: 0 })
      expect(again.unchanged).toBe(report.created + report.updated + report.unchanged)
    }
  })

  const sample = corpus('ads/sellers.json/spec-sample.quotes-fixed.json')
  it.skipIf(sample.text === undefined)(`sellers.json comes out equal ${sample.reason}`, async () => {
    const { post, http, take } = await start()
    const answer = await post(sample.text ?? '', 'file=sellers.json', 'application/json')
    expect(answer.body).toMatchObject({ ...counts, processed: 9, created: 9, problems: [], notes: [] })
    expect((await http.get('/sellers.json')).body).toEqual(JSON.parse(sample.text ?? ''))
    expect(await take(sample.text ?? '', 'file=sellers.json')).toMatchObject({
      ...counts,
      processed: 9,
      unchanged: 9,
    })
  })

  it('tells of each line that cannot be taken over, and takes the others', async () => {
    const { take, text } = await start()
    const report = await take(
      'a.example, 1, DIRECT\r\nnonsense \u0007\rb.example, 2, PARTNER\na.example,1,direct\n',
    )
    expect(report).toEqual({
      ...{ ...counts, file: 'ads.txt', mode: 'merge', dryRun: false },
      ...{ processed: 4, created: 1, duplicates: 1, failed: 2 },
      problems: [
        expect.objectContaining({ line: 2, code: 'invalid-character', text: 'nonsense' }),
        expect.objectContaining({ line: 3, code: 'invalid-relationship', text: 'b.example, 2, PARTNER' }),
      ],
      notes: [expect.objectContaining({ line: 4, code: 'duplicate' })],
    })
    expect(await text()).toBe('a.example, 1, DIRECT\n')
  })

  it('is merged: what is there stays, what differs changes, nothing is made twice', async () => {
    const { take, text, list } = await start()
    await take('OWNERDOMAIN=a.example\na.example, 1, DIRECT # one\nb.example, 2, DIRECT\n')
    const before = await list()
    const file =
      'b.example, 2, DIRECT\nOWNERDOMAIN=c.example\nA.example, 1, DIRECT # other\nd.example, 4, RESELLER\n'
    expect(await take(file)).toMatchObject({ ...counts, processed: 4, created: 1, updated: 2, unchanged: 1 })
    expect(await text()).toBe(
      'OWNERDOMAIN=c.example\nA.example, 1, DIRECT # other\nb.example, 2, DIRECT\nd.example, 4, RESELLER\n',
    )
    const after = await list()
    expect(after.slice(1).map(({ id, version }: { id: string; version: number }) => [id, version])).toEqual(
      before.map(({ id, position }: { id: string; position: number }) => [id, position === 3 ? 1 : 2]),
    )
    expect(await take(file)).toMatchObject({ ...counts, processed: 4, unchanged: 4 })
  })

  it('replaces: what is not in it goes, and the order is its own', async () => {
    const { take, text } = await start()
    await take('a.example, 1, DIRECT\nb.example, 2, DIRECT\nc.example, 3, DIRECT\n')
    const file = 'c.example, 3, DIRECT\nd.example, 4, DIRECT\na.example, 1, DIRECT\n'
    expect(await take(file, 'mode=replace')).toMatchObject({
      ...{ ...counts, processed: 3, created: 1, updated: 2, deleted: 1 },
    })
    expect(await text()).toBe(file)
    expect(await take(file, 'mode=replace')).toMatchObject({ ...counts, processed: 3, unchanged: 3 })
    expect(await take('', 'mode=replace')).toMatchObject({ ...counts, deleted: 3 })
  })

  it('changes its own file alone', async () => {
    const { take, text, make, list } = await start()
    const shared = { files: ['ads.txt', 'app-ads.txt'] }
    await make({ kind: 'variable', variable: 'OWNERDOMAIN', value: 'a.example', ...shared })
    await make({ kind: 'account', domain: 'b.example', accountId: '1', relationship: 'DIRECT', ...shared })
    await make({ kind: 'account', domain: 'c.example', accountId: '1', relationship: 'DIRECT', ...shared })
    const before = await text('app-ads.txt')
    await take('OWNERDOMAIN=z.example\nc.example, 1, DIRECT # ours\n', 'mode=replace')
    expect(await text()).toBe('OWNERDOMAIN=z.example\nc.example, 1, DIRECT # ours\n')
    expect(await text('app-ads.txt')).toBe(before)
    expect(await list('file=ads.txt')).toHaveLength(2)
    expect(await list('file=app-ads.txt')).toHaveLength(3)
    await take(before, 'file=app-ads.txt&mode=replace')
    expect(await text('app-ads.txt')).toBe(before)
  })

  it('is only tried with dryRun', async () => {
    const { take, text, list, http } = await start()
    expect(await take('a.example, 1, DIRECT\nx\n', 'dryRun=true')).toMatchObject({
      ...{ dryRun: true, created: 1, failed: 1 },
    })
    expect(await list()).toEqual([])
    expect(await text()).toMatch(/^placeholder/)
    expect((await http.get('/v1/changes?since=0')).body.data).toEqual([])
  })

  it('is one change and one event, which says what was and is', async () => {
    const { take, http } = await start()
    await take('a.example, 1, DIRECT\nb.example, 2, DIRECT\n')
    await take('a.example, 1, DIRECT\nb.example, 2, DIRECT # x\n', 'mode=replace')
    await take('a.example, 1, DIRECT\nb.example, 2, DIRECT # x\n', 'mode=replace')
    const events = (await http.get('/manage/v1/events').set(bearer()).expect(200)).body.data
    expect(events).toMatchObject([
      {
        ...{ type: 'seller-file.imported', subject: { type: 'seller-file', slug: 'ads.txt' }, version: null },
        before: { entries: [{ domain: 'b.example', comment: null }] },
        after: { mode: 'replace', created: 0, updated: 1, deleted: 0, entries: [{ comment: 'x' }] },
      },
      { type: 'seller-file.imported', after: { mode: 'merge', created: 2 } },
    ])
    const changes = (await http.get('/v1/changes?since=0').expect(200)).body.data
    expect(changes).toMatchObject([{ type: 'seller-file.imported', subject: { slug: 'ads.txt' } }, {}])
  })

  it('of 5,000 lines is taken over quickly, and again', async () => {
    const { take, text } = await start()
    const lines = Array.from(
      { length: 5_000 },
      (_, index) => `e${index % 300}.example, pub-${index}, RESELLER, f08c47fec0942fa0`,
    )
    const file = `${lines.join('\n')}\n`
    const begun = performance.now()
    expect(await take(file)).toMatchObject({ created: 5_000, problems: [] })
    const took = performance.now() - begun
    expect(await text()).toBe(file)
    // All positions change.
    expect(await take(`x.example, 1, DIRECT\n${file}`, 'mode=replace')).toMatchObject({
      created: 1,
      updated: 5_000,
    })
    expect(await text()).toBe(`x.example, 1, DIRECT\n${file}`)
    expect(await take('', 'mode=replace')).toMatchObject({ deleted: 5_001 })
    expect(took).toBeLessThan(5_000)
  })
})

describe('a hostile file', () => {
  it('is refused or told of, and never makes a line of its own', async () => {
    const { take, text, post } = await start()
    for (const [file, status] of [
      ['a.example, 1, DIRECT\n'.repeat(1_000_000).slice(0, 5_000_000), 413],
      ['\n'.repeat(1_000_000), 413],
      ['x'.repeat(10_000_000), 413],
    ] as const) {
      const answer = await post(file)
      expect([answer.status, answer.body.code]).toEqual([status, 'payload-too-large'])
    }
    expect(await take('x'.repeat(5_000_000))).toMatchObject({
      failed: 1,
      problems: [{ code: 'line-too-long' }],
    })
    const report = await take(
      Buffer.concat([
        Buffer.from('a.example, 1, DIRECT # \u202Eevil\u2028b.example, 2, DIRECT\u0085\u0000 \u001b[31m\n'),
        Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
        Buffer.from(
          'c.example, \ud800, DIRECT\nd.example, 4\u2028, DIRECT\ne.example, 5, DIRECT # \u00fcber\n',
        ),
      ]),
    )
    expect(report).toMatchObject({ created: 2, failed: 3 })
    expect(await text()).toBe(
      'a.example, 1, DIRECT # evil b.example, 2, DIRECT   [31m\ne.example, 5, DIRECT # \u00fcber\n',
    )
  })

  it('has to be of a known kind, and sent as a file', async () => {
    const { http, post } = await start()
    await http.post(path).set(bearer()).type('text/plain').send('x').expect(400)
    await post('x', 'file=robots.txt').expect(400)
    await post('x', 'mode=drop').expect(400)
    await post('x', 'x=1').expect(400)
    await post('x', '', 'text/csv').expect(415)
    await post('x', '', 'application/json').expect(415)
    await post('x', '', 'application/octet-stream').expect(415)
    expect((await post('{', 'file=sellers.json', 'application/json').expect(400)).body.code).toBe(
      'malformed-json',
    )
    expect((await http.post(`${path}?file=ads.txt`).set(bearer()).expect(200)).body).toMatchObject({
      processed: 0,
    })
    await http.get(path).set(bearer()).expect(405)
  })
})
