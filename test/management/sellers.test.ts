import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const sellers = '/manage/v1/sellers'
const placeholder = 'placeholder.example.com, placeholder, DIRECT, placeholder\n'
const account = { kind: 'account', domain: 'exchange.example', accountId: '12345', relationship: 'DIRECT' }

function sellerDesk({ http }: Pick<TestServer, 'http'>) {
  const call = (method: 'post' | 'put' | 'patch' | 'delete', path: string, body?: object) =>
    http[method](sellers + path)
      .set({ ...bearer(), ...(method === 'post' ? {} : { 'if-match': '*' }) })
      .send(body)
  return {
    call,
    async make(body: object) {
      const answer = await call('post', '', body)
      expect(answer.body).not.toHaveProperty('errors')
      expect(answer.status).toBe(201)
      expectDescribed('post', sellers, answer)
      return answer.body
    },
    text: async (file: string): Promise<string> => (await http.get(`/${file}`).expect(200)).text,
  }
}

async function start() {
  const server = await startServer()
  return { ...server, ...sellerDesk(server) }
}

const kinds = [
  {
    input: {
      ...account,
      relationship: 'reseller',
      certificationAuthorityId: 'abc',
      files: ['app-ads.txt', 'ads.txt'],
    },
    shown: {
      ...{
        ...account,
        relationship: 'RESELLER',
        certificationAuthorityId: 'abc',
        files: ['ads.txt', 'app-ads.txt'],
      },
      ...{ extension: null, comment: null, commentAbove: null, position: 1 },
    },
    patch: { accountId: '54321', certificationAuthorityId: null, files: null },
    patched: { accountId: '54321', certificationAuthorityId: null, files: ['ads.txt'] },
    foreign: { value: 'x' },
  },
  {
    input: {
      kind: 'variable',
      variable: 'managerdomain',
      value: 'manager.example',
      country: 'fr',
      comment: ' ours ',
    },
    shown: {
      ...{
        kind: 'variable',
        variable: 'MANAGERDOMAIN',
        value: 'manager.example',
        country: 'FR',
        comment: 'ours',
      },
      ...{ files: ['ads.txt'], commentAbove: null, position: 1 },
    },
    patch: { country: null, commentAbove: ' Who sells\n for us \n' },
    patched: { country: null, commentAbove: 'Who sells\nfor us' },
    foreign: { accountId: 'x' },
  },
  {
    input: {
      kind: 'seller',
      sellerId: 's-1',
      sellerType: 'Both',
      name: 'Harbour',
      domain: 'harbour.example',
    },
    shown: {
      ...{ kind: 'seller', sellerId: 's-1', sellerType: 'BOTH', name: 'Harbour', domain: 'harbour.example' },
      ...{ isConfidential: false, isPassthrough: false, comment: null, ext: null, position: 1 },
    },
    patch: { isConfidential: true, name: null, ext: { a: [1] } },
    patched: { isConfidential: true, name: null, ext: { a: [1] } },
    foreign: { files: ['ads.txt'] },
  },
  {
    input: {
      kind: 'header',
      contactEmail: 'ads@news.example',
      identifiers: [{ name: 'TAG-ID', value: '1' }],
    },
    shown: {
      ...{ kind: 'header', contactEmail: 'ads@news.example', contactAddress: null, ext: null, position: 1 },
      identifiers: [{ name: 'TAG-ID', value: '1' }],
    },
    patch: { identifiers: null, contactAddress: 'Quay 1' },
    patched: { identifiers: [], contactAddress: 'Quay 1' },
    foreign: { comment: 'x' },
  },
]

describe('a seller', () => {
  it.each(kinds)('of the kind $input.kind is made, read, replaced, changed and deleted', async (kind) => {
    const { http, call, make } = await start()
    const { input, shown, patch, patched, foreign } = kind
    const made = await make(input)
    const kept = { id: made.id, version: 1, createdAt: made.createdAt, updatedAt: made.updatedAt }
    expect(made).toEqual({ ...shown, ...kept })
    const path = `/${made.id}`
    const read = await http
      .get(sellers + path)
      .set(bearer())
      .expect(200)
    expect(read.body).toEqual(made)
    expect(read.headers.etag).toBe('"1"')
    expectDescribed('get', `${sellers}/{id}`, read)

    const changed = await call('patch', path, patch).expect(200)
    expectDescribed('patch', `${sellers}/{id}`, changed)
    expect(changed.body).toEqual({ ...made, ...patched, version: 2, updatedAt: changed.body.updatedAt })

    const wrong = await call('patch', path, foreign).expect(422)
    expect(wrong.body.errors).toMatchObject([{ pointer: `/${Object.keys(foreign)[0]}`, code: 'not-allowed' }])
    const other = kinds.find(({ input: { kind: name } }) => name !== input.kind)
    const turned = await call('put', path, other?.input).expect(422)
    expect(turned.body.errors).toContainEqual(
      expect.objectContaining({ pointer: '/kind', code: 'not-allowed' }),
    )

    const replaced = await call('put', path, input).expect(200)
    expect(replaced.body).toEqual({ ...made, version: 3, updatedAt: replaced.body.updatedAt })

    const listed = await http.get(`${sellers}?count=true`).set(bearer()).expect(200)
    expectDescribed('get', sellers, listed)
    expect(listed.body).toMatchObject({ data: [replaced.body], page: { total: 1 } })
    await http
      .delete(sellers + path)
      .set({ ...bearer(), 'if-match': '"2"' })
      .expect(412)
    await http
      .delete(sellers + path)
      .set(bearer())
      .expect(428)
    await call('delete', path).expect(204)
    await http
      .get(sellers + path)
      .set(bearer())
      .expect(404)
  })

  it('is in the log, with what it was and is', async () => {
    const { http, call, make } = await start()
    const { id } = await make(account)
    await call('patch', `/${id}`, { relationship: 'RESELLER' }).expect(200)
    await call('patch', `/${id}`, {}).expect(200)
    await call('delete', `/${id}`).expect(204)
    const { body } = await http.get('/manage/v1/events?subject=seller').set(bearer())
    const events = body.data ?? (await http.get('/manage/v1/events').set(bearer())).body.data
    expect(events).toMatchObject([
      { type: 'seller.deleted', after: null, before: { accountId: '12345', relationship: 'RESELLER' } },
      { type: 'seller.updated', before: {}, after: {} },
      { type: 'seller.updated', before: { relationship: 'DIRECT' }, after: { relationship: 'RESELLER' } },
      {
        ...{ type: 'seller.created', before: null, version: 1 },
        details: { name: 'exchange.example, 12345, DIRECT' },
        after: { ...account, files: ['ads.txt'], position: 1 },
      },
    ])
    const changes = await http.get('/v1/changes?since=0').expect(200)
    expect(changes.body.data.map(({ type }: { type: string }) => type)).toEqual([
      'seller.created',
      'seller.updated',
      'seller.deleted',
    ])
  })

  it('is listed by kind, file and domain, page by page', async () => {
    const { http, make } = await start()
    await make(account)
    await make({ ...account, files: ['app-ads.txt'], domain: 'Other.example' })
    await make({ kind: 'variable', variable: 'OWNERDOMAIN', value: 'a.example' })
    await make({ kind: 'seller', sellerId: '1', sellerType: 'both', name: 'A', domain: 'other.example' })
    const total = async (query: string) =>
      (await http.get(`${sellers}?count=true&${query}`).set(bearer()).expect(200)).body.page.total
    expect(await total('kind=account')).toBe(2)
    expect(await total('kind=seller,variable')).toBe(2)
    expect(await total('file=ads.txt')).toBe(2)
    expect(await total('file=app-ads.txt,sellers.json')).toBe(2)
    expect(await total('domain=OTHER.example')).toBe(2)
    expect(await total('domain=other.example,exchange.example&kind=account&file=ads.txt')).toBe(1)
    for (const query of ['kind=x', 'file=robots.txt', 'domain=x', 'q=x'])
      await http.get(`${sellers}?${query}`).set(bearer()).expect(400)
    const first = await http.get(`${sellers}?limit=3`).set(bearer()).expect(200)
    const next = await http.get(`${sellers}?limit=3&cursor=${first.body.page.next}`).set(bearer()).expect(200)
    expect([...first.body.data, ...next.body.data]).toHaveLength(4)
    await http.get(`${sellers}?kind=account&cursor=${first.body.page.next}`).set(bearer()).expect(400)
  })

  it('is no second one of its file: 409 names the first', async () => {
    const { call, make } = await start()
    const pairs = [
      [
        account,
        { ...account, domain: 'EXCHANGE.example', relationship: 'direct', comment: 'again' },
        '/accountId',
      ],
      [
        { kind: 'variable', variable: 'OWNERDOMAIN', value: 'a.example' },
        { kind: 'variable', variable: 'ownerdomain', value: 'b.example' },
        '/value',
      ],
      [
        { kind: 'variable', variable: 'MANAGERDOMAIN', value: 'a.example', country: 'FR' },
        { kind: 'variable', variable: 'MANAGERDOMAIN', value: 'b.example', country: 'fr' },
        '/value',
      ],
      [
        { kind: 'seller', sellerId: '1', sellerType: 'BOTH', isConfidential: true },
        { kind: 'seller', sellerId: '1', sellerType: 'PUBLISHER', isConfidential: true },
        '/sellerId',
      ],
      [{ kind: 'header' }, { kind: 'header', contactEmail: 'a@a.example' }, '/kind'],
    ] as const
    for (const [first, second, pointer] of pairs) {
      const { id } = await make(first)
      const refused = await call('post', '', second).expect(409)
      expectDescribed('post', sellers, refused)
      expect(refused.body).toMatchObject({
        code: 'conflict',
        sellerId: id,
        errors: [{ pointer, code: 'taken' }],
      })
    }
    const elsewhere = await make({ ...account, files: ['app-ads.txt'] })
    await call('patch', `/${elsewhere.id}`, { files: ['ads.txt', 'app-ads.txt'] }).expect(409)
    for (const more of [
      { kind: 'variable', variable: 'CONTACT', value: 'a@a.example' },
      { kind: 'variable', variable: 'CONTACT', value: 'https://a.example/contact' },
      { ...account, relationship: 'RESELLER' },
      { kind: 'variable', variable: 'MANAGERDOMAIN', value: 'a.example' },
    ])
      await make(more)
  })

  it('is refused where a member is not of its form, which is named', async () => {
    const { call, text } = await start()
    const variable = { kind: 'variable', variable: 'OWNERDOMAIN', value: 'a.example' }
    const seller = { kind: 'seller', sellerId: '1', sellerType: 'BOTH', name: 'A', domain: 'a.example' }
    const wrong: [object, string][] = [
      [{}, '/kind'],
      [{ ...account, kind: 'other' }, '/kind'],
      [{ ...account, nope: 1 }, '/nope'],
      [{ ...account, sellerId: '1' }, '/sellerId'],
      [{ kind: 'account' }, '/domain'],
      ...[
        '',
        'a',
        'http://a.example',
        'a.example/x',
        'a b.example',
        '1.2.3.4',
        'a..example',
        'ä.example',
        'a.example\n',
      ].map((domain): [object, string] => [{ ...account, domain }, '/domain']),
      ...[
        '',
        ' ',
        '1 2',
        '1,2',
        '1\t2',
        '1;2',
        '1#2',
        '1\n2',
        '1\u20282',
        '1\u202E2',
        '1\u00A02',
        '1\u200B',
        '\u0000',
        '\ud800',
      ]
        .concat('1'.repeat(256), `evil\r\nevil.example, 1, DIRECT`)
        .map((accountId): [object, string] => [{ ...account, accountId }, '/accountId']),
      [{ ...account, certificationAuthorityId: 'a b' }, '/certificationAuthorityId'],
      [{ ...account, relationship: 'PARTNER' }, '/relationship'],
      [{ ...account, extension: 'a#b' }, '/extension'],
      [{ ...account, comment: 'a\nevil.example, 1, DIRECT' }, '/comment'],
      [{ ...account, comment: 'a\u202Eb' }, '/comment'],
      [{ ...account, commentAbove: 'a\revil.example, 1, DIRECT' }, '/commentAbove'],
      [{ ...account, files: [] }, '/files'],
      [{ ...account, files: ['ads.txt', 'ads.txt'] }, '/files'],
      [{ ...account, files: ['sellers.json'] }, '/files/0'],
      [{ ...account, position: 0 }, '/position'],
      [{ ...variable, value: 'https://a.example/' }, '/value'],
      [{ ...variable, variable: 'CONTACT', value: 'a#b' }, '/value'],
      [{ ...variable, country: 'FR' }, '/country'],
      [{ ...variable, variable: 'MANAGERDOMAIN', country: 'FRA' }, '/country'],
      [{ ...variable, variable: 'FOO' }, '/variable'],
      [{ ...seller, name: undefined }, '/name'],
      [{ ...seller, domain: null }, '/domain'],
      [{ ...seller, ext: [] }, '/ext'],
      [{ ...seller, ext: { a: 'x'.repeat(5_000) } }, '/ext'],
      [{ kind: 'header', identifiers: [{ name: 'x' }] }, '/identifiers/0/value'],
    ]
    for (const [body, pointer] of wrong) {
      const answer = await call('post', '', body)
      expect(
        [answer.status, answer.body.errors?.map((fault: { pointer: string }) => fault.pointer)],
        JSON.stringify(body),
      ).toEqual([422, expect.arrayContaining([pointer])])
    }
    expect(await text('ads.txt')).toBe(placeholder)
  })

  it('is for administrators alone', async () => {
    const server = await start()
    for (const role of ['viewer', 'writer', 'editor', 'ads'] as const) {
      const token = await server.token(role)
      await server.http.get(sellers).set(bearer(token)).expect(403)
      await server.http.post(sellers).set(bearer(token)).send(account).expect(403)
      await server.http
        .post(`${sellers}/import?file=ads.txt`)
        .set(bearer(token))
        .type('text/plain')
        .send('x')
        .expect(403)
    }
    const token = await server.token({ permissions: ['sellers.write'] })
    await server.http.post(sellers).set(bearer(token)).send(account).expect(201)
  })

  it('is made once by one key', async () => {
    const { http } = await start()
    const post = () =>
      http
        .post(sellers)
        .set({ ...bearer(), 'idempotency-key': 'k' })
        .send(account)
        .expect(201)
    const [first, second] = [await post(), await post()]
    expect(second.body).toEqual(first.body)
    expect(second.headers['idempotency-replayed']).toBe('true')
  })
})

describe('the files', () => {
  it('say that nobody may sell while there is nobody', async () => {
    const { http, text } = await start()
    for (const file of ['ads.txt', 'app-ads.txt']) {
      const answer = await http.get(`/${file}`).expect(200)
      expect(answer.text).toBe(placeholder)
      expect(answer.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': expect.stringMatching(/^public, max-age=/),
        'cache-tag': 'list:sellers',
        'access-control-allow-origin': '*',
        etag: expect.any(String),
      })
      await http.get(`/${file}`).set('if-none-match', String(answer.headers.etag)).expect(304)
      const head = await http.head(`/${file}`).expect(200)
      expect(head.headers['content-length']).toBe(String(placeholder.length))
      await http.get(`/${file}?x=1`).expect(400)
      await http.post(`/${file}`).expect(405)
    }
    const json = await http.get('/sellers.json').expect(200)
    expect(json.headers['content-type']).toMatch(/^application\/json/)
    expectDescribed('get', '/sellers.json', json)
    expect(JSON.parse(await text('sellers.json'))).toEqual({ version: '1.0', sellers: [] })
  })

  it('have each entry where it belongs, in order, and at once', async () => {
    const { call, make, text } = await start()
    const first = await make({ ...account, certificationAuthorityId: 'abc', comment: 'since 2020' })
    expect(await text('ads.txt')).toBe('exchange.example, 12345, DIRECT, abc # since 2020\n')
    await make({
      kind: 'variable',
      variable: 'CONTACT',
      value: 'ads@a.example',
      files: ['ads.txt', 'app-ads.txt'],
    })
    await make({
      kind: 'variable',
      variable: 'OWNERDOMAIN',
      value: 'a.example',
      position: 1,
      commentAbove: 'Ours',
    })
    expect(await text('ads.txt')).toBe(
      'exchange.example, 12345, DIRECT, abc # since 2020\n\n# Ours\nOWNERDOMAIN=a.example\nCONTACT=ads@a.example\n',
    )
    await call('patch', `/${first.id}`, { position: 9, extension: 'x=1' }).expect(200)
    expect(await text('ads.txt')).toBe(
      '# Ours\nOWNERDOMAIN=a.example\nCONTACT=ads@a.example\nexchange.example, 12345, DIRECT, abc; x=1 # since 2020\n',
    )
    expect(await text('app-ads.txt')).toBe(`CONTACT=ads@a.example\n${placeholder}`)
    await call('delete', `/${first.id}`).expect(204)
    expect(await text('ads.txt')).toBe(`# Ours\nOWNERDOMAIN=a.example\nCONTACT=ads@a.example\n${placeholder}`)
  })

  it('hide who is confidential', async () => {
    const { make, text } = await start()
    await make({ kind: 'header', contactEmail: 'ads@a.example', ext: { a: 1 } })
    await make({
      ...{
        kind: 'seller',
        sellerId: '7',
        sellerType: 'PUBLISHER',
        name: 'Secret & Co',
        domain: 'secret.example',
      },
      ...{ isConfidential: true, isPassthrough: true },
    })
    expect(JSON.parse(await text('sellers.json'))).toEqual({
      ...{ contact_email: 'ads@a.example', version: '1.0', ext: { a: 1 } },
      sellers: [{ seller_id: '7', seller_type: 'PUBLISHER', is_confidential: 1, is_passthrough: 1 }],
    })
  })

  it('are new on every instance at once', async () => {
    const { temporaryDatabase } = await import('../support/database.ts')
    const databaseUrl = await temporaryDatabase()
    const one = await startServer({ databaseUrl })
    const other = await startServer({ databaseUrl })
    await other.http.get('/ads.txt').expect(200, placeholder)
    await sellerDesk(one).make(account)
    await expect
      .poll(async () => (await other.http.get('/ads.txt')).text, { timeout: 2_000 })
      .toBe('exchange.example, 12345, DIRECT\n')
  })
})
