import { expect, it } from 'vitest'
import { sendRaw } from '../http/app.ts'
import { bearer, startServer } from '../support/server.ts'

const auth = `Authorization: ${bearer().authorization}\r\n`
const json = 'Content-Type: application/json\r\n'
const tag = (name: string) => JSON.stringify({ name })

/** A whole request that makes a tag, to be hidden in the body of another. */
const hidden = `POST /manage/v1/tags HTTP/1.1\r\nHost: a\r\n${auth}${json}Content-Length: ${tag('Hidden').length}\r\n\r\n${tag('Hidden')}`

/** Heads of which two readers may not agree where the body ends. */
const ambiguous: Readonly<Record<string, string>> = {
  'a length beside chunks': `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'chunks beside a length': `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
  'two lengths': `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n`,
  'two lengths in one': `Content-Length: 0, ${hidden.length}\r\n\r\n`,
  'a length with a sign': `Content-Length: +0\r\n\r\n`,
  'a hexadecimal length': `Content-Length: 0x0\r\n\r\n`,
  'another coding': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunks that are not last': `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'a coding with a space before its colon': `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  'a folded coding': `Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
  'a chunk whose size has a sign': `Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n`,
  'a chunk that ends with a line feed alone': `Transfer-Encoding: chunked\r\n\r\n0\n\n`,
}

it('nothing rides on a request of which two readers may not agree where it ends', async () => {
  const { app, http } = await startServer()
  for (const [name, rest] of Object.entries(ambiguous)) {
    const bytes = `POST /manage/v1/tags HTTP/1.1\r\nHost: a\r\n${auth}${json}${rest}${hidden}`
    const received = await sendRaw(app, bytes, 1_000)
    expect(received.match(/^HTTP\/1\.1 \d+/gm)?.at(-1), name).toBe('HTTP/1.1 400')
    expect(received, name).toMatch(/^connection: close\r$/im)
  }
  const { body } = await http.get('/manage/v1/tags').set(bearer()).expect(200)
  expect(body.data).toEqual([])
})

it('headers that are for the next hop alone take no other away', async () => {
  const { app } = await startServer()
  const ask = (headers: string) =>
    sendRaw(app, `GET /manage/v1/tags HTTP/1.1\r\nHost: a\r\n${headers}\r\n`, 1_000)
  for (const hop of [
    'Connection: close, authorization',
    'Connection: close, host, x-request-id',
    'Connection: close\r\nTE: trailers, authorization',
    'Connection: close\r\nKeep-Alive: authorization\r\nProxy-Connection: authorization',
  ]) {
    expect(await ask(`${hop}\r\n${auth}`), hop).toMatch(/^HTTP\/1\.1 200 /)
    expect(await ask(`${hop}\r\n`), hop).toMatch(/^HTTP\/1\.1 401 /)
  }
  const trailer = `POST /manage/v1/tags HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${json}Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n`
  const chunk = `${tag('Trailed').length.toString(16)}\r\n${tag('Trailed')}\r\n0\r\n${auth}\r\n`
  expect(await sendRaw(app, `${trailer}${chunk}`, 1_000)).toMatch(/^HTTP\/1\.1 401 /)
})
