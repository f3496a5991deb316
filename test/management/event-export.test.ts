import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EventView } from '../../src/contract/event.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { auditDesk, eventsPath } from './audit.ts'

const ndjson = 'application/x-ndjson'
const perInsert = 250

/** Entries of the log without the changes, by two actors in turn; names in them have so many characters at least. */
async function fillLog({ engine }: TestServer, count: number, nameLength = 0): Promise<void> {
  const tokenId = '018ced2a-4000-7000-8000-00000000a101'
  const subjectId = '018ced2a-4000-7000-8000-00000000c001'
  const at = new Date().toISOString()
  const nameOf = (index: number) => `N${index}`.padEnd(nameLength, 'n')
  for (let from = 0; from < count; from += perInsert)
    await engine.write(({ sql: db, tables: t }) => {
      const rows = Array.from({ length: perInsert }, (_, offset) => {
        const index = from + offset
        const actorTokenId = index % 2 === 0 ? tokenId : null
        return {
          at,
          type: 'tag.updated' as const,
          subjectType: 'tag' as const,
          subjectId,
          subjectSlug: `tag-${index}`,
          actor: { tokenId: actorTokenId, name: `Actor ${index % 2}`, role: 'editor' },
          actorTokenId,
          payload: {
            version: index + 2,
            before: { name: nameOf(index) },
            after: { name: nameOf(index + 1) },
          },
        }
      })
      return db.insert(t.changes).values(rows)
    })
}

/** Takes CSV apart by RFC 4180, strictly: rows of cells. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  let row: string[] = []
  while (cell.lastIndex < text.length) {
    const start = cell.lastIndex
    const match = cell.exec(text)
    if (!match) throw new Error(`not RFC 4180 at ${JSON.stringify(text.slice(start, start + 80))}`)
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

const linesOf = (text: string): EventView[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** Begins to read an answer and leaves it to the caller. */
async function open({ app }: TestServer, accept: string): Promise<IncomingMessage> {
  const { port } = app.server.address() as AddressInfo
  const request = httpGet({ port, path: eventsPath, headers: { ...bearer(), accept } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

describe('an export of events', () => {
  it('has everything that the list has, in its order and form, in both forms', async () => {
    const server = await startServer()
    await fillLog(server, 10_000)
    const desk = auditDesk(server)
    const listed = await desk.all()
    expect(listed).toHaveLength(10_000)

    const lines = await server.http.get(eventsPath).set(bearer()).set('accept', ndjson).expect(200)
    expect(lines.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    expect(lines.headers['content-disposition']).toBe('attachment; filename="events.ndjson"')
    expect(lines.headers['cache-control']).toBe('no-store')
    expect(linesOf(lines.text ?? String(lines.body))).toEqual(listed)

    const table = await server.http.get(eventsPath).set(bearer()).set('accept', 'text/csv').expect(200)
    expect(table.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    const [head, ...rows] = readCsv(table.text)
    expect(head).toEqual([
      ...['id', 'at', 'type', 'actorTokenId', 'actorName', 'actorRole', 'subjectType', 'subjectId'],
      ...['subjectSlug', 'version', 'before', 'after', 'details'],
    ])
    expect(rows).toEqual(
      listed.map((event) => [
        ...[String(event.id), event.at, event.type],
        ...[event.actor.tokenId ?? '', event.actor.name, event.actor.role],
        ...[event.subject.type, event.subject.id, event.subject.slug, String(event.version)],
        ...[event.before, event.after, event.details].map((value) => JSON.stringify(value)),
      ]),
    )

    const some = `${eventsPath}?actor=none&type=tag.updated,tag.created`
    const filtered = await server.http.get(some).set(bearer()).set('accept', ndjson).expect(200)
    expect(linesOf(filtered.text ?? String(filtered.body))).toEqual(
      listed.filter((event) => event.actor.tokenId === null),
    )
  }, 120_000)

  it('makes no text a formula, whoever wrote it, and keeps what RFC 4180 needs', async () => {
    const server = await startServer()
    const desk = auditDesk(server)
    const names = [
      ...[
        '=1+1',
        '+1',
        '-1',
        '@SUM(A1)',
        '\t=1',
        '\r=1',
        '＝1+1',
        '"=1',
        '=HYPERLINK("http://evil.example","x")',
      ],
      ...['a,b', 'a"b', 'two\r\nlines', 'one\nline', 'plain'],
    ]
    for (const name of names) {
      const made = await desk.post('/tokens', { name, role: 'admin' })
      await auditDesk(server, made.token).post('/tags', { name })
    }
    const table = await server.http
      .get(`${eventsPath}?type=tag.created`)
      .set(bearer())
      .set('accept', 'text/csv')
      .expect(200)
    const rows = readCsv(table.text).slice(1).reverse()
    const cellOf = (name: string) => (/^[=+\-@\t\r＝]/.test(name) ? `'${name}` : name)
    expect(rows.map((row) => row[4])).toEqual(names.map(cellOf))
    expect(rows.map((row) => JSON.parse(row[11] ?? '').name)).toEqual(names)
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
  })

  it('is given in the form that the client likes best, or not at all', async () => {
    const server = await startServer()
    const desk = auditDesk(server)
    await desk.post('/tags', { name: 'Tag' })
    const typeOf = async (accept: string) => {
      const answer = await server.http.get(eventsPath).set(bearer()).set('accept', accept)
      return `${answer.status} ${answer.headers['content-type']?.split(';')[0]}`
    }
    for (const [accept, expected] of [
      ['', '200 application/json'],
      ['*/*', '200 application/json'],
      ['application/*', '200 application/json'],
      ['text/*', '200 text/csv'],
      ['TEXT/CSV', '200 text/csv'],
      ['text/csv;q=0.5, application/x-ndjson', `200 ${ndjson}`],
      ['application/json;q=0.1, text/csv;q=0.2, */*;q=0.05', '200 text/csv'],
      ['application/x-ndjson;q=0, */*', '200 application/json'],
      ['text/html', '406 application/problem+json'],
      ['application/xml, text/csv;q=0', '406 application/problem+json'],
      ['application/ld+json', '406 application/problem+json'],
      ['nonsense', '406 application/problem+json'],
      [',;,', '406 application/problem+json'],
    ])
      expect([accept, await typeOf(accept as string)]).toEqual([accept, expected])
    const refused = await server.http.get(eventsPath).set(bearer()).set('accept', 'text/html').expect(406)
    expect(refused.body.detail).toContain('`text/csv`')

    for (const form of [ndjson, 'text/csv']) {
      const parts = await server.http
        .get(`${eventsPath}?limit=10&count=true&cursor=x`)
        .set(bearer())
        .set('accept', form)
        .expect(400)
      expect(parts.body.errors.map((fault: { parameter: string }) => fault.parameter)).toEqual([
        ...['limit', 'cursor', 'count'],
      ])
      const nothing = await server.http
        .get(`${eventsPath}?type=token.revoked`)
        .set(bearer())
        .set('accept', form)
        .expect(200)
      expect((nothing.text ?? String(nothing.body)).split('\r\n')).toHaveLength(form === ndjson ? 1 : 2)
    }
  })

  it('answers HEAD without reading the log through', async () => {
    const server = await startServer()
    await fillLog(server, 2_000)
    const before = server.statements.length
    const head = await server.http.head(eventsPath).set(bearer()).set('accept', ndjson).expect(200)
    expect(head.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    await sleep(200)
    const reads = server.statements.slice(before).filter((sql) => /from "changes".*"at" desc/s.test(sql))
    expect(reads).toHaveLength(1)
  })

  it('goes at the pace of its reader, holds nobody up meanwhile, and ends when the reader goes', async () => {
    const server = await startServer()
    // Several times what the sockets of the system take by themselves, which is up to 10 MB.
    await fillLog(server, 12_000, 1_500)
    const desk = auditDesk(server)
    const pages = () => server.statements.filter((sql) => /from "changes".*"at" desc/s.test(sql)).length
    const before = pages()
    const slow = await Promise.all(Array.from({ length: 5 }, () => open(server, ndjson)))
    for (const response of slow) response.pause()
    await expect.poll(() => pages() - before, { timeout: 10_000 }).toBeGreaterThanOrEqual(5)
    // What the sockets take is read; then it stands still, long before the 120 pages that there are.
    let last = -1
    await expect
      .poll(
        () => {
          const [now, stands] = [pages(), pages() === last]
          last = now
          return stands
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(true)
    expect(last - before).toBeLessThan(5 * 120)
    await desk.post('/tags', { name: 'Meanwhile' })
    const { data } = await desk.page('limit=1')
    expect(data[0]?.type).toBe('tag.created')

    const [patient, ...others] = slow
    for (const response of others) response.destroy()
    let text = ''
    patient?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    patient?.resume()
    await once(patient as IncomingMessage, 'end')
    const events = linesOf(text)
    expect(events).toHaveLength(12_000)
    expect(events.every(({ type }) => type === 'tag.updated')).toBe(true)
    expect(new Set(events.map(({ id }) => id)).size).toBe(12_000)
    const after = pages()
    await sleep(300)
    expect(pages()).toBe(after)
  }, 120_000)

  it('that fails at once is told as an error, and one that fails later breaks off', async () => {
    const server = await startServer()
    await fillLog(server, 5_000)
    const { read } = server.db
    let reads = 0
    const failFrom = (number: number) => {
      reads = 0
      Object.assign(server.db, {
        read: (work: Parameters<typeof read>[0]) => {
          reads += 1
          return reads >= number ? Promise.reject(new Error('the disk is gone')) : read(work)
        },
      })
    }
    failFrom(1)
    const answer = await server.http.get(eventsPath).set(bearer()).set('accept', ndjson).expect(500)
    expect(answer.body.code).toBe('internal-error')
    failFrom(3)
    const response = await open(server, ndjson)
    expect(response.statusCode).toBe(200)
    response.resume()
    await expect(once(response, 'end')).rejects.toThrow()
    expect(response.complete).toBe(false)
    Object.assign(server.db, { read })
  })
})
