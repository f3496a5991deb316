import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { adDesk } from './ad-desk.ts'

const manage = '/manage/v1'

/** What makes one of each, all its members as they are read back, and a change. */
async function resources(server: TestServer) {
  const desk = adDesk(server)
  const slot = await desk.slot()
  const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
  const creative = await desk.creative()
  const section = await desk.section('City')
  return {
    '/ad-slots': {
      input: {
        key: 'top',
        name: 'Top of the page',
        place: 'top',
        sizes: ['leaderboard', '970x250', '728x90'],
      },
      shown: {
        ...{ key: 'top', name: 'Top of the page', place: 'top', afterBlock: null },
        ...{ sizes: ['728x90', '970x250'], maxPlacements: 1, label: 'Advertisement' },
      },
      patch: { maxPlacements: 3, label: 'Anzeige' },
      cleared: { maxPlacements: null, label: null, sizes: null },
      clearedShown: { maxPlacements: 1, label: 'Advertisement', sizes: [] },
    },
    '/advertisers': {
      input: { name: 'Bikes & Co' },
      shown: { name: 'Bikes & Co', status: 'active' },
      patch: { name: 'Bikes & Sons' },
      cleared: {},
      clearedShown: { name: 'Bikes & Sons' },
    },
    '/creatives': {
      input: {
        ...{ advertiserId: advertiser.id, title: 'Bike Y', format: 'html', html: '<b>Y</b>' },
        ...{ clickUrl: 'https://bikes.example/y?a=b', sizes: ['300x250'], exclusionLabels: ['bikes'] },
      },
      shown: {
        ...{ advertiserId: advertiser.id, title: 'Bike Y', format: 'html', html: '<b>Y</b>' },
        ...{ clickUrl: 'https://bikes.example/y?a=b', sizes: ['300x250'], exclusionLabels: ['bikes'] },
      },
      patch: { format: 'native', html: null },
      cleared: { advertiserId: null, clickUrl: null, sizes: null, exclusionLabels: null },
      clearedShown: { advertiserId: null, clickUrl: null, sizes: [], exclusionLabels: [], format: 'native' },
    },
    '/ad-placements': {
      input: {
        ...{ slotId: slot.id, creativeId: creative.id, scope: { type: 'section', id: section.id } },
        ...{ startsAt: '2030-01-01T00:00:00+01:00', goal: { impressions: 10_000 }, weight: 3 },
      },
      shown: {
        ...{ slotId: slot.id, creativeId: creative.id, scope: { type: 'section', id: section.id } },
        ...{ startsAt: '2029-12-31T23:00:00.000Z', endsAt: null, goal: { impressions: 10_000 } },
        ...{ position: 1, weight: 3, priority: 'standard', status: 'active' },
      },
      patch: { scope: { type: 'site' }, priority: 'house' },
      cleared: { startsAt: null, goal: null, weight: null, priority: null },
      clearedShown: { scope: { type: 'site' }, startsAt: null, goal: null, weight: 1, priority: 'standard' },
    },
  } as const
}

const paths = ['/ad-slots', '/advertisers', '/creatives', '/ad-placements'] as const

describe.each(paths)('%s', (path) => {
  it('are made, read, listed, changed, replaced and deleted, with a version each', async () => {
    const server = await startServer()
    const { http } = server
    const { input, shown, patch, cleared, clearedShown } = (await resources(server))[path]
    const base = manage + path
    const send = (method: 'patch' | 'put' | 'delete', version: string, body?: object) =>
      http[method](address).set(bearer()).set('if-match', version).send(body)
    const made = await http.post(base).set(bearer()).send(input).expect(201)
    expectDescribed('post', base, made)
    const { id, version, createdAt, updatedAt, ...members } = made.body
    expect({ version, ...members }).toEqual({ version: 1, ...shown })
    expect(createdAt).toBe(updatedAt)
    expect(made.headers).toMatchObject({ etag: '"1"', location: `${base}/${id}` })
    const address = `${base}/${id}`
    const read = await http.get(address).set(bearer()).expect(200)
    expect([read.body, read.headers.etag]).toEqual([made.body, '"1"'])
    const listed = await http.get(`${base}?limit=1`).set(bearer()).expect(200)
    expectDescribed('get', base, listed)

    await http.patch(address).set(bearer()).send(patch).expect(428)
    const patched = await send('patch', '"1"', patch).expect(200)
    expectDescribed('patch', `${base}/{id}`, patched)
    expect(patched.body).toMatchObject({ ...shown, ...patch, version: 2 })
    expect((await send('patch', '"1"', patch).expect(412)).body.currentVersion).toBe(2)
    expect((await send('patch', '"2"', cleared).expect(200)).body).toMatchObject({
      ...clearedShown,
      version: 3,
    })
    const put = await send('put', '"3"', input).expect(200)
    expect(put.body).toMatchObject({ ...shown, version: 4 })
    await http.delete(address).set(bearer()).expect(428)
    await send('delete', '"4"').expect(204)
    await http.get(address).set(bearer()).expect(404)
    await send('delete', '*').expect(404)
  })

  it('are seen and written by those who place ads, and by admins', async () => {
    const server = await startServer()
    const { input } = (await resources(server))[path]
    for (const role of ['viewer', 'writer', 'editor'] as const) {
      const token = bearer(await server.token(role))
      await server.http
        .get(manage + path)
        .set(token)
        .expect(403)
      await server.http
        .post(manage + path)
        .set(token)
        .send(input)
        .expect(403)
    }
    const token = bearer(await server.token('ads'))
    await server.http
      .post(manage + path)
      .set(token)
      .send(input)
      .expect(201)
    await server.http
      .get(manage + path)
      .set(token)
      .expect(200)
  })
})

const wrong: readonly (readonly [path: string, body: object, faults: readonly string[]])[] = [
  ['/ad-slots', { key: 'A b', name: ' ', place: 'roof', nope: 1 }, ['/key', '/name', '/nope', '/place']],
  ['/ad-slots', { key: 'a', name: 'A', place: 'in-body' }, ['/afterBlock']],
  ['/ad-slots', { key: 'a', name: 'A', place: 'top', afterBlock: 1 }, ['/afterBlock']],
  ['/ad-slots', { key: 'a', name: 'A', place: 'top', sizes: ['0x5', 'roof'] }, ['/sizes/0', '/sizes/1']],
  [
    '/ad-slots',
    { key: 'a', name: 'A', place: 'top', maxPlacements: 0, label: '' },
    ['/label', '/maxPlacements'],
  ],
  ['/advertisers', { name: 'A', status: 'paused' }, ['/status']],
  ['/creatives', { title: 'A', format: 'html' }, ['/html']],
  ['/creatives', { title: 'A', format: 'text', html: '<b>A</b>' }, ['/html']],
  [
    '/creatives',
    { title: 'A', format: 'text', advertiserId: '018ced2a-4000-7000-8000-00000000abcd' },
    ['/advertiserId'],
  ],
  [
    '/ad-placements',
    {
      slotId: '018ced2a-4000-7000-8000-00000000abcd',
      creativeId: '018ced2a-4000-7000-8000-00000000abcd',
      scope: { type: 'tag', id: '018ced2a-4000-7000-8000-00000000abcd' },
      startsAt: '2030-01-02T00:00:00Z',
      endsAt: '2030-01-01T00:00:00Z',
    },
    ['/creativeId', '/endsAt', '/scope/id', '/slotId'],
  ],
  [
    '/ad-placements',
    { slotId: 'x', scope: { type: 'site', id: 'x' }, weight: 0 },
    ['/creativeId', '/scope/id', '/slotId', '/weight'],
  ],
  [
    '/ad-placements',
    { scope: { type: 'planet' }, startsAt: '2030-01-02T00:00:00' },
    ['/creativeId', '/scope/type', '/slotId', '/startsAt'],
  ],
]

it('refuses what is not valid, every fault named', async () => {
  const { http } = await startServer()
  for (const [path, body, faults] of wrong) {
    const answer = await http
      .post(manage + path)
      .set(bearer())
      .send(body)
      .expect(422)
    expectDescribed('post', manage + path, answer)
    const pointers = answer.body.errors.map((fault: { pointer: string }) => fault.pointer)
    expect([body, pointers.sort()]).toEqual([body, faults])
  }
})

it('takes click URLs that are what they look like, as a browser reads them', async () => {
  const { http } = await startServer()
  const post = (clickUrl: unknown) =>
    http.post(`${manage}/creatives`).set(bearer()).send({ title: 'A', format: 'text', clickUrl })
  const good = [
    ['https://shop.example/a?b=%20&c={d}#e', 'https://shop.example/a?b=%20&c={d}#e'],
    ['https://shop.example', 'https://shop.example/'],
    ['HTTP://Shop.example:80/a/../b c', 'http://shop.example/b%20c'],
    ['https://@shop.example', 'https://shop.example/'],
    ['https://shöp.example/ü', 'https://xn--shp-tna.example/%C3%BC'],
    // The first letter is Cyrillic.
    ['https://аpple.example', 'https://xn--pple-43d.example/'],
    ['https://0x7f.1/', 'https://127.0.0.1/'],
    [null, null],
  ]
  for (const [url, kept] of good)
    expect([url, (await post(url).expect(201)).body.clickUrl]).toEqual([url, kept])
  const bad = [
    ...['javascript:alert(1)', 'java\tscript:alert(1)', ' https://shop.example', 'https://shop.example\n'],
    ...['//shop.example', '/path', 'https:shop.example', 'https:/shop.example', 'https:\\\\shop.example'],
    ...[
      'https://shop.example\\@evil.example',
      'https://shop.example@evil.example',
      'https://a:b@shop.example',
    ],
    ...['data:text/html,x', 'ftp://shop.example', 'https://', 'https://a b', 'https:///a.example', '', 7],
    ...['https://shop.example/\r\nSet-Cookie: a=b', 'https://[shop.example]', 'https://shop.example:99999'],
    // Too long once it is written as browsers write it.
    `https://shop.example/${'ü'.repeat(1_500)}`,
  ]
  for (const url of bad) {
    const { body } = await post(url).expect(422)
    expect([url, body.errors[0].pointer]).toEqual([url, '/clickUrl'])
  }
})

it('keeps a key for one slot, and deletes nothing that is in use', async () => {
  const server = await startServer()
  const { http } = server
  const desk = adDesk(server)
  const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
  const slot = await desk.slot({ key: 'top' })
  const creative = await desk.creative({ advertiserId: advertiser.id })
  const section = await desk.section('City')
  const scope = { type: 'section', id: section.id }
  const placement = await desk.place(slot, creative, { scope })
  const taken = await http
    .post(`${manage}/ad-slots`)
    .set(bearer())
    .send({ key: 'top', name: 'Other', place: 'top' })
    .expect(409)
  expect(taken.body).toMatchObject({ code: 'key-taken', errors: [{ pointer: '/key' }] })

  const remove = (path: string) =>
    http
      .delete(manage + path)
      .set(bearer())
      .set('if-match', '*')
  const used = { '/ad-slots': slot, '/creatives': creative, '/sections': section }
  for (const [path, { id }] of Object.entries(used)) {
    const { body } = await remove(`${path}/${id}`).expect(409)
    expect(body).toMatchObject({
      ...{ code: 'in-use', usageCount: 1 },
      usages: [{ type: 'ad-placement', id: placement.id }],
    })
  }
  const { body } = await remove(`/advertisers/${advertiser.id}`).expect(409)
  expect(body.usages).toEqual([{ type: 'creative', id: creative.id, title: 'Electric Scooter X' }])
  await remove(`/ad-placements/${placement.id}`).expect(204)
  for (const [path, { id }] of Object.entries({ ...used, '/advertisers': advertiser }))
    await remove(`${path}/${id}`).expect(204)
})

it('merges a scope member by member', async () => {
  const server = await startServer()
  const desk = adDesk(server)
  const [city, sport] = [await desk.section('City'), await desk.section('Sport')]
  const tag = await desk.make('/tags', { name: 'Transport' })
  const { id } = await desk.place(await desk.slot(), await desk.creative())
  const patch = (scope: unknown) =>
    server.http
      .patch(`${manage}/ad-placements/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .set('content-type', 'application/merge-patch+json')
      .send(JSON.stringify({ scope }))
  const merged: readonly (readonly [scope: object, wanted: object])[] = [
    [
      { type: 'section', id: city.id },
      { type: 'section', id: city.id },
    ],
    [{ id: sport.id }, { type: 'section', id: sport.id }],
    [{ type: 'section' }, { type: 'section', id: sport.id }],
    [{}, { type: 'section', id: sport.id }],
    [
      { type: 'tag', id: tag.id },
      { type: 'tag', id: tag.id },
    ],
    [{ type: 'site', id: null }, { type: 'site' }],
    [
      { type: 'tag', id: tag.id },
      { type: 'tag', id: tag.id },
    ],
    [{ type: 'site' }, { type: 'site' }],
  ]
  for (const [scope, wanted] of merged) expect((await patch(scope).expect(200)).body.scope).toEqual(wanted)
  const faults: readonly (readonly [scope: unknown, pointer: string])[] = [
    [{ type: 'section' }, '/scope/id'],
    [{ id: city.id }, '/scope/id'],
    [{ type: 'site', id: city.id }, '/scope/id'],
    [{ type: 'tag', id: city.id }, '/scope/id'],
    [{ type: 'tag', id: null }, '/scope/id'],
    [{ type: null }, '/scope/type'],
    [{ kind: 'site' }, '/scope/kind'],
    [null, '/scope'],
  ]
  for (const [scope, pointer] of faults) {
    const answer = await patch(scope).expect(422)
    expect([scope, answer.body.errors[0].pointer]).toEqual([scope, pointer])
  }
})

it('lets a placement be changed whose article is in the trash, and deletes it with the article', async () => {
  const server = await startServer()
  const { http } = server
  const desk = adDesk(server)
  const article = await desk.make('/articles', { title: 'Draft' })
  const scope = { type: 'article', id: article.id }
  const placement = await desk.place(await desk.slot(), await desk.creative(), { scope })
  const remove = (query = '') =>
    http.delete(`${manage}/articles/${article.id}${query}`).set(bearer()).set('if-match', '*').expect(204)
  await remove()
  expect(await desk.patch(`/ad-placements/${placement.id}`, { status: 'paused', scope })).toMatchObject({
    scope,
  })
  const other = { slotId: placement.slotId, creativeId: placement.creativeId, scope }
  await http.post(`${manage}/ad-placements`).set(bearer()).send(other).expect(422)
  await remove('?permanent=true')
  await http.get(`${manage}/ad-placements/${placement.id}`).set(bearer()).expect(404)
})

it('lists what is looked for, page by page', async () => {
  const server = await startServer()
  const { http } = server
  const desk = adDesk(server)
  const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
  const [top, side] = [await desk.slot(), await desk.slot()]
  const [own, house] = [await desk.creative({ advertiserId: advertiser.id }), await desk.creative()]
  const section = await desk.section('City')
  const a = await desk.place(top, own)
  const b = await desk.place(side, own, { status: 'paused', scope: { type: 'section', id: section.id } })
  const c = await desk.place(side, house, { priority: 'house' })
  const ask = async (path: string) =>
    (
      await http
        .get(manage + path)
        .set(bearer())
        .expect(200)
    ).body
  const idsIn = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id)
  const filters = {
    '': [c, b, a],
    [`slot=${side.id}`]: [c, b],
    [`slot=${side.id},${top.id}&priority=standard`]: [b, a],
    [`creative=${house.id}`]: [c],
    [`advertiser=${advertiser.id}`]: [b, a],
    'scope=site': [c, a],
    [`scope=${section.id}`]: [b],
    [`scope=site,${section.id}`]: [c, b, a],
    'status=paused': [b],
  }
  for (const [filter, wanted] of Object.entries(filters)) {
    const ids = wanted.map(({ id }) => id)
    const first = await ask(`/ad-placements?limit=1&count=true&${filter}`)
    const found = idsIn(first)
    for (let next = first.page.next; next !== null; ) {
      const page = await ask(`/ad-placements?limit=1&${filter}&cursor=${next}`)
      found.push(...idsIn(page))
      next = page.page.next
    }
    expect([filter, found, first.page.total]).toEqual([filter, ids, ids.length])
  }
  expect(idsIn(await ask(`/creatives?advertiser=${advertiser.id}&format=text`))).toEqual([own.id])
  expect(idsIn(await ask('/advertisers?status=paused'))).toEqual([])
  expect((await ask('/ad-slots')).data.map(({ key }: { key: string }) => key)).toEqual(['slot-1', 'slot-2'])
})
