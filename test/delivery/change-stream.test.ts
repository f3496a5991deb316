import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { countStatements } from '../support/statements.ts'
import { editorOf } from './change-editor.ts'
import { changesIn, type EventClient, followChanges, resetsIn } from './event-client.ts'

const seqsIn = (client: EventClient) => changesIn(client).map(({ seq }) => seq)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

async function metric({ http }: TestServer, name: string): Promise<number> {
  const { text } = await http.get('/metrics').expect(200)
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('the stream of changes', () => {
  it('sends each change as it is made, as the list has it', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    await publish('Before')
    const client = await followChanges(server.app, { headers: { origin: 'https://elsewhere.example' } })
    expect(client.status).toBe(200)
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    })
    for (const name of ['content-encoding', 'etag', 'last-modified', 'content-length', 'cache-tag'])
      expect(client.headers[name]).toBeUndefined()
    const id = await publish('After')
    await write('post', `/articles/${id}/kill`, { reason: 'It was not true.' })
    await expect.poll(() => seqsIn(client)).toEqual([2, 3])
    const { body } = await server.http.get('/v1/changes?since=1').expect(200)
    expect(changesIn(client)).toEqual(body.data)
    expect(client.events.map(({ type, id: eventId }) => [type, eventId])).toEqual([
      ['change', '2'],
      ['change', '3'],
    ])
    expect(client.text()).toMatch(/^retry: 3000\nid: 1\n\nid: 2\nevent: change\ndata: \{"seq":2,/)
  })

  it('is not compressed, and not the business of the cache', async () => {
    const server = await startServer()
    const headers = { 'accept-encoding': 'br, gzip', 'if-none-match': '*' }
    const client = await followChanges(server.app, { headers })
    expect([client.status, client.headers['content-encoding']]).toEqual([200, undefined])
    await server.http
      .head('/v1/changes/stream')
      .expect(200)
      .expect('content-type', /^text\/event-stream/)
    expect(await metric(server, 'copydesk_change_stream_clients')).toBe(1)
  })

  it('goes on after Last-Event-ID, or else after `since`', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    await tell(10)
    const asked = [
      [{ query: '?since=7' }, range(8, 11)],
      [{ headers: { 'last-event-id': '4' } }, range(5, 11)],
      [{ query: '?since=2', headers: { 'last-event-id': '9' } }, range(10, 11)],
      [{ query: '?since=8', headers: { 'last-event-id': '' } }, range(9, 11)],
      [{ query: '?since=0' }, range(1, 11)],
      [{ query: '?since=10' }, [11]],
      [{}, [11]],
    ] as const
    const clients = await Promise.all(asked.map(([how]) => followChanges(server.app, how)))
    await tell(1)
    for (const [index, [, seqs]] of asked.entries())
      await expect.poll(() => seqsIn(clients[index] as EventClient)).toEqual(seqs)
  })

  it('lets who was cut before any change go on from where it began', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    await tell(5)
    const first = await followChanges(server.app)
    await expect.poll(() => first.lastId()).toBe('5')
    first.leave()
    await tell(3)
    const second = await followChanges(server.app, { headers: { 'last-event-id': first.lastId() } })
    await expect.poll(() => seqsIn(second)).toEqual([6, 7, 8])
  })

  it('is told nothing of what happens to drafts', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    const client = await followChanges(server.app)
    const { id } = await write('post', '/articles', { title: 'Hidden words' })
    await write('patch', `/articles/${id}`, { slug: 'hidden-slug' })
    await write('post', `/articles/${id}/submit`)
    await publish('Shown')
    await expect.poll(() => seqsIn(client)).toEqual([1])
    expect(client.text()).not.toMatch(/hidden/i)
  })

  it('says when what was missed is too much, or is of another database, and goes on', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    await tell(1_200)
    const [old, last, kept, ahead, far] = await Promise.all(
      ['0', '199', '200', '1201', '999999999999999'].map((id) =>
        followChanges(server.app, { headers: { 'last-event-id': id } }),
      ),
    )
    await tell(1)
    for (const client of [old, last, ahead, far]) {
      if (!client) throw new Error('there is no client')
      const reason = client === old || client === last ? 'too-old' : 'ahead'
      await expect.poll(() => seqsIn(client)).toEqual([1_201])
      expect(resetsIn(client)).toEqual([{ reason, newest: 1_200 }])
      expect(client.events[0]).toMatchObject({ type: 'reset', id: '1200' })
    }
    await expect.poll(() => kept && seqsIn(kept)).toEqual(range(201, 1_201))
  })

  it('sends comments while nothing happens', async () => {
    const server = await startServer({ env: { CHANGE_STREAM_HEARTBEAT_SECONDS: '1' } })
    const client = await followChanges(server.app)
    await expect.poll(() => client.text().match(/^: still here$/gm)?.length, { timeout: 5_000 }).toBe(2)
    expect(client.events).toEqual([])
  })

  it('reads each change once for all clients, and nothing when there are none', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    const reads = () => server.statements.filter((sql) => /from "changes".*"public_seq" >/s.test(sql)).length
    const clients = await Promise.all(
      range(1, 50).map(() => followChanges(server.app, { query: '?since=0' })),
    )
    await expect.poll(() => metric(server, 'copydesk_change_stream_clients')).toBe(50)
    const before = reads()
    await tell(100)
    for (const client of clients) await expect.poll(() => seqsIn(client)).toEqual(range(1, 100))
    expect(reads() - before).toBeLessThan(6)
    expect(await metric(server, 'copydesk_change_stream_events_total')).toBe(5_000)
    for (const client of clients) client.leave()
    await expect.poll(() => metric(server, 'copydesk_change_stream_clients')).toBe(0)
    const left = reads()
    await tell(10)
    expect(reads()).toBe(left)
    expect(server.log()).toContain('"route":"/v1/changes/stream"')
  })

  it('does not count among the requests that are under way', async () => {
    const server = await startServer()
    const client = await followChanges(server.app)
    expect(await metric(server, 'http_requests_in_flight')).toBe(1)
    client.leave()
    await expect.poll(() => metric(server, 'copydesk_change_stream_clients')).toBe(0)
    expect(await metric(server, 'http_requests_in_flight')).toBe(1)
    const { text } = await server.http.get('/metrics')
    expect(text).not.toContain('route="/v1/changes/stream"')
  })
})

describe('clients of the stream', () => {
  it('are as many as the setting says, and others get 503', async () => {
    const server = await startServer({ env: { CHANGE_STREAM_CLIENTS: '2' } })
    const [one, two, three] = await Promise.all(range(1, 3).map(() => followChanges(server.app)))
    const statuses = [one, two, three].map((client) => client?.status).sort()
    expect(statuses).toEqual([200, 200, 503])
    const refused = await server.http.get('/v1/changes/stream').expect(503)
    expect(refused.headers['retry-after']).toBe('10')
    expect(refused.body).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('Too many') })
    expectDescribed('get', '/v1/changes/stream', refused)
    for (const client of [one, two, three]) client?.leave()
    await expect.poll(async () => (await followChanges(server.app)).status).toBe(200)
  })

  it('are none where the setting says so', async () => {
    const { http } = await startServer({ env: { CHANGE_STREAM_CLIENTS: '0' } })
    await http.get('/v1/changes/stream').expect(503)
    await http.get('/v1/changes').expect(200)
  })

  it('are cut off when they do not read, and nobody else notices', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    const [slow, quick] = [await followChanges(server.app), await followChanges(server.app)]
    slow.pause()
    // In all more than the system keeps for a connection.
    const count = 1_500
    for (let told = 50; told <= count; told += 50) {
      await tell(50, (number) => `${number}-${'x'.repeat(10_000)}`)
      await expect.poll(() => seqsIn(quick).length).toBe(told)
    }
    expect(await metric(server, 'copydesk_change_stream_cut_total')).toBe(1)
    expect(await metric(server, 'copydesk_change_stream_clients')).toBe(1)
    slow.resume()
    await slow.closed
    expect(seqsIn(slow).length).toBeLessThan(count)
    expect(server.log()).toContain('client cut off because it read too slowly')
  })

  it('leave as they like', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    const clients = await Promise.all(
      range(1, 30).map(() => followChanges(server.app, { query: '?since=0' })),
    )
    const writing = tell(200)
    for (const client of clients) client.leave()
    await writing
    await expect.poll(() => metric(server, 'copydesk_change_stream_clients')).toBe(0)
    const { status } = await followChanges(server.app, { query: '?since=0' })
    expect(status).toBe(200)
  })

  it('are refused with a Last-Event-ID that is no number, naming the header', async () => {
    const { app, http } = await startServer()
    const header = 'last-event-id'
    for (const value of ['x', '-1', '1.0', '1, 2', '9'.repeat(300), "1' or 1=1", '\u00e9', '1e3', 'null']) {
      const client = await followChanges(app, { headers: { [header]: value } })
      expect([value, client.status]).toEqual([value, 400])
      const answer = await http.get('/v1/changes/stream?since=y&z=1').set(header, value)
      const places = answer.body.errors.map(
        (fault: Record<string, string>) => fault.header ?? fault.parameter,
      )
      expect(places.sort()).toEqual([header, 'since', 'z'])
      expectDescribed('get', '/v1/changes/stream', answer)
    }
  })

  it('may send Last-Event-ID from another site', async () => {
    const { http } = await startServer()
    const answer = await http
      .options('/v1/changes/stream')
      .set({
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'last-event-id',
      })
      .expect(204)
    expect(answer.headers['access-control-allow-headers']).toBe('last-event-id')
  })

  it('may be any EventSource', async () => {
    const server = await startServer()
    const { publish } = editorOf(server)
    await publish('Bridge')
    const { port } = server.app.server.address() as AddressInfo
    const script = `const source = new EventSource('http://127.0.0.1:${port}/v1/changes/stream?since=0')
      source.addEventListener('change', (event) => { console.log(event.lastEventId, event.data); source.close() })`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--experimental-eventsource',
      '-e',
      script,
    ])
    const { body } = await server.http.get('/v1/changes').expect(200)
    expect(stdout).toBe(`1 ${JSON.stringify(body.data[0])}\n`)
  })
})

describe('several instances', () => {
  it('tell their clients of what any of them did', async () => {
    const databaseUrl = await temporaryDatabase()
    const servers = [await startServer({ databaseUrl }), await startServer({ databaseUrl })]
    const clients = await Promise.all(servers.map(({ app }) => followChanges(app)))
    for (const [index, server] of servers.entries()) await editorOf(server).publish(`Of ${index}`)
    for (const client of clients) await expect.poll(() => seqsIn(client), { timeout: 3_000 }).toEqual([1, 2])
  })

  it("take over each other's clients", async () => {
    const databaseUrl = await temporaryDatabase()
    const [one, other] = [await startServer({ databaseUrl }), await startServer({ databaseUrl })]
    const idle = await followChanges(other.app)
    for (let seq = 1; seq <= 10; seq += 1) {
      await editorOf(one).tell(1)
      const client = await followChanges(other.app, { headers: { 'last-event-id': String(seq) } })
      await expect.poll(() => client.lastId()).toBe(String(seq))
      expect(client.events).toEqual([])
    }
    await expect.poll(() => seqsIn(idle), { timeout: 3_000 }).toEqual(range(1, 10))
  })
})

describe('a server that stops', () => {
  it('ends the streams and is not held up by them, nor by clients that do not read', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    const clients = await Promise.all(range(1, 20).map(() => followChanges(server.app)))
    const [stuck] = clients
    stuck?.pause()
    await tell(150, (number) => `${number}-${'x'.repeat(10_000)}`)
    for (const client of clients.slice(1)) await expect.poll(() => seqsIn(client).length).toBe(150)
    const begun = performance.now()
    await server.app.close()
    expect(performance.now() - begun).toBeLessThan(3_000)
    stuck?.resume()
    await Promise.all(clients.map(({ closed }) => closed))
    for (const client of clients.slice(1)) expect(seqsIn(client)).toEqual(range(1, 150))
  })
})

it('costs nothing to those who do not follow it', async () => {
  const server = await startServer()
  await expect.poll(() => server.db.publicVersion()).toBeDefined()
  const count = await countStatements(server, () => new Promise((resolve) => setTimeout(resolve, 600)))
  expect(count).toBeLessThan(8)
})
