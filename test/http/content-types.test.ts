import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, startTestApp } from './app.ts'

const run = promisify(execFile)

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('request bodies', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  const path = '/manage/v1/articles/a1'
  const valid = '{"title":"a"}'

  async function send(contentType: string | undefined, body: string, method = 'POST') {
    const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`
    const length = Buffer.byteLength(body, 'latin1')
    const received = await sendRaw(
      started.app,
      `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${type}Content-Length: ${length}\r\n\r\n${body}`,
    )
    return Number(received.split(' ')[1])
  }

  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json ; charset="utf-8"',
    '  application/json  ',
  ])('are taken as %j', async (type) => {
    expect(await send(type, valid)).toBe(200)
  })

  const hostile = [
    'application/json ;x',
    'application/json\ta',
    'application/json garbage',
    'application/json, text/plain',
    'application/json;charset=utf-7',
    'application/json;charset=utf-8;charset=utf-7',
    'application/json; boundary=x',
    'application/json;',
    'application/jsonx',
    'application/vnd.api+json',
    'application/merge-patch+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/json',
    '*/*',
    'json',
    ';',
    undefined,
  ]

  it.each(hostile)('are refused as %j, valid or not', async (type) => {
    for (const body of [valid, '{"nope":1}']) {
      expect([415, 400]).toContain(await send(type, body))
    }
  })

  it('are refused with two content types', async () => {
    expect(await send('application/json\r\nContent-Type: text/plain', valid)).toBe(415)
    expect(await send('application/json\r\nContent-Type: application/json', valid)).toBe(415)
  })

  it('are merge patches on PATCH alone', async () => {
    expect(await send('application/merge-patch+json', valid, 'PATCH')).toBe(200)
    expect(await send('application/json', valid, 'PATCH')).toBe(200)
    expect(await send('application/merge-patch+json', valid, 'POST')).toBe(415)
  })

  it('never reach a route without being checked', () => {
    expect(started.accepted.length).toBeGreaterThan(0)
    for (const body of started.accepted) expect(body).toEqual({ title: 'a' })
  })

  it.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'x'])(
    'are refused with the encoding %s',
    async (encoding) => {
      const response = await supertest(started.app.server)
        .post(path)
        .set('content-type', 'application/json')
        .set('content-encoding', encoding)
        .send(gzipSync(Buffer.alloc(1_000_000)).toString('latin1'))
      expect([response.status, response.body.code]).toEqual([415, 'unsupported-media-type'])
    },
  )

  const malformed: [string, string][] = [
    ['no JSON', '{"title":'],
    ['bytes that are not UTF-8', '{"title":"\xff"}'],
    ['a surrogate encoded as UTF-8', '{"title":"\xed\xa0\x80"}'],
    ['a prototype', '{"title":"a","__proto__":{"x":1}}'],
    ['an escaped prototype', '{"title":"a","custom":{"\\u005f_proto__":{"x":1}}}'],
    ['a constructor with a prototype', '{"title":"a","custom":{"constructor":{"prototype":{"x":1}}}}'],
    ['201 levels', `${'['.repeat(201)}${']'.repeat(201)}`],
    ['half a million levels', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
    ['half a million levels, never closed', '{"a":'.repeat(100_000)],
  ]

  it.each(malformed)('are malformed with %s', async (name, body) => {
    const received = await sendRaw(
      started.app,
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    expect(received).toMatch(/^HTTP\/1.1 400 /)
    expect(received).toContain('"code":"malformed-json"')
    // Such a body may well be JSON: the answer says what else it may be.
    if (name.includes('prototype')) expect(received).toContain('no member may be named `__proto__`')
    expect({}).not.toHaveProperty('x')
  })

  it('may be nested two hundred levels deep', async () => {
    const deep = `{"title":"a","custom":{"x":${'['.repeat(198)}${']'.repeat(198)}}}`
    expect(await send('application/json', deep)).toBe(200)
  })

  it('are refused over the limit, announced or not', async () => {
    const big = JSON.stringify({ title: 'a'.repeat(1_100_000) })
    const announced = await supertest(started.app.server).post(path).type('application/json').send(big)
    expect([announced.status, announced.body.code]).toEqual([413, 'payload-too-large'])
    expect(announced.body.detail).toContain('more than 1,048,576 bytes')
    const chunk = `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`
    const received = await sendRaw(
      started.app,
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    )
    expect(received).toMatch(/^HTTP\/1.1 413 /)
  })

  it('are read to their end over the limit, so that a client that sends first and reads then gets its answer', async () => {
    const { port } = started.app.server.address() as AddressInfo
    // A process of its own: in one event loop the two sides would wait for each other.
    const client = `
      const request = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'a'.repeat(8 * 1024 * 1024) }),
      }
      for (let time = 0; time < 3; time += 1) {
        const answer = await fetch('http://127.0.0.1:${port}${path}', request)
        console.log(answer.status, (await answer.json()).code)
      }`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', client])
    expect(stdout).toBe('413 payload-too-large\n'.repeat(3))
  })

  it.each([
    '',
    'Content-Length: 0\r\n',
    'Content-Length: 0\r\nContent-Type: application/json\r\n',
    'Content-Length: 0\r\nContent-Type: text/plain;charset=UTF-8\r\n',
  ])('may be empty for an action: %j', async (headers) => {
    for (const action of ['/v1/actions', '/manage/v1/articles/a1/publish']) {
      const received = await sendRaw(
        started.app,
        `POST ${action} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`,
      )
      expect(received).toMatch(/^HTTP\/1.1 200 /)
      expect(received).toContain('{"ok":true}')
    }
  })

  it.each(['', 'Content-Type: application/json\r\n'])('may be empty chunks: %j', async (type) => {
    const received = await sendRaw(
      started.app,
      `POST /v1/actions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${type}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    )
    expect(received).toContain('{"ok":true}')
  })

  it('may have the media types that a route lists, and are checked all the same', async () => {
    const post = (type: string, body: string) =>
      supertest(started.app.server).post('/v1/beacons').set('content-type', type).send(body)
    expect((await post('text/plain;charset=UTF-8', '{"events":["a"]}')).status).toBe(200)
    expect((await post('text/plain;charset=UTF-8', '{"events":[1]}')).status).toBe(422)
    expect((await post('text/plain', 'events')).status).toBe(400)
    expect((await post('text/html', '{"events":["a"]}')).status).toBe(415)
  })

  it('may be streams where a route has a parser of its own', async () => {
    const post = (type: string, body: string) =>
      supertest(started.app.server).post('/v1/lines').set('content-type', type).send(body)
    expect((await post('application/x-ndjson', '{}\n{}\n')).body).toEqual({ bytes: 6 })
    expect((await post('application/json', '{}')).status).toBe(415)
  })
})
