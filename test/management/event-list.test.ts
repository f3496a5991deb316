import { describe, expect, it } from 'vitest'
import { type ChangeType, changeTypes, changeTypesAbout, subjectTypes } from '../../src/contract/change.ts'
import { roles } from '../../src/contract/permissions.ts'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { auditDesk, eventsPath } from './audit.ts'

const morning = Date.parse('2026-05-01T08:00:00Z')
const minute = 60_000
const at = (ms: number) => new Date(ms).toISOString()
const unknownId = '018ced2a-4000-7000-8000-00000000dead'

/** A minute between two changes: two by the token `Writer`, the others by `ADMIN_TOKEN`. */
async function happenings(server: TestServer) {
  const desk = auditDesk(server)
  let now = morning
  const then = async <T>(work: () => Promise<T>): Promise<T> => {
    server.setClock(now)
    now += minute
    return work()
  }
  const token = await then(() => desk.post('/tokens', { name: 'Writer', role: 'editor' }))
  const writer = auditDesk(server, token.token)
  const article = await then(() => writer.post('/articles', { title: 'One' }))
  const tag = await then(() => desk.post('/tags', { name: 'Tag' }))
  await then(() => desk.patch(`/articles/${article.id}`, { title: 'Two' }))
  await then(() => writer.post(`/articles/${article.id}/publish`))
  await then(() => desk.delete(`/tags/${tag.id}`))
  return { desk, token, article, tag, end: now }
}

describe('the list of events', () => {
  it('is filtered by who, what kind, what thing and when, and by all of them together', async () => {
    const server = await startServer({ clock: morning })
    const { desk, token, article, tag, end } = await happenings(server)
    const types = async (query: string): Promise<ChangeType[]> => {
      const all = await desk.all(query)
      const { page } = await desk.page(`limit=1&count=true&${query}`)
      expect([query, page.total]).toEqual([query, all.length])
      return all.map(({ type }) => type)
    }
    const everything = [
      ...['tag.deleted', 'article.published', 'article.updated', 'tag.created', 'article.created'],
      'token.created',
    ]
    expect(await types('')).toEqual(everything)
    for (const [query, expected] of [
      [`actor=${token.id}`, ['article.published', 'article.created']],
      ['actor=me', ['tag.deleted', 'article.updated', 'tag.created', 'token.created']],
      ['actor=none', ['tag.deleted', 'article.updated', 'tag.created', 'token.created']],
      [`actor=none,${token.id}`, everything],
      [`actor=${unknownId}`, []],
      ['type=article.published', ['article.published']],
      ['type=article.published,tag.created,author.deleted', ['article.published', 'tag.created']],
      ['subjectType=tag', ['tag.deleted', 'tag.created']],
      ['subjectType=tag,token', ['tag.deleted', 'tag.created', 'token.created']],
      ['subjectType=tag&type=tag.created,article.created', ['tag.created']],
      ['subjectType=tag&type=article.created', []],
      [`subject=${article.id}`, ['article.published', 'article.updated', 'article.created']],
      [`subject=${tag.id},${token.id},${unknownId}`, ['tag.deleted', 'tag.created', 'token.created']],
      [`from=${at(morning + 4 * minute)}`, ['tag.deleted', 'article.published']],
      [`to=${at(morning + 2 * minute)}`, ['article.created', 'token.created']],
      [`from=${at(morning + minute)}&to=${at(morning + 3 * minute)}`, ['tag.created', 'article.created']],
      [`from=${at(end)}`, []],
      [`from=${at(morning + 3 * minute)}&to=${at(morning)}`, []],
      [
        `actor=none&subject=${article.id}&type=article.updated,article.created&subjectType=article,tag&from=${at(morning)}`,
        ['article.updated'],
      ],
    ] as const)
      expect([query, await types(query)]).toEqual([query, expected])
    // `me` is whoever asks.
    const admin = await server.token('admin')
    const mine = await server.http.get(`${eventsPath}?actor=me`).set(bearer(admin)).expect(200)
    expect(mine.body.data).toEqual([])
    expectDescribed('get', '/manage/v1/events', mine)
  })

  it('is walked without a gap or a repetition while others write, whatever the clocks say', async () => {
    const server = await startServer({ clock: morning })
    const desk = auditDesk(server)
    for (let index = 0; index < 25; index += 1) {
      // Several at one instant, and a clock that once went back.
      server.setClock(morning + Math.floor(index / 5) * minute - (index === 12 ? 90_000 : 0))
      await desk.post('/tags', { name: `Tag ${index}` })
    }
    const before = (await desk.all('')).map(({ id }) => id)
    expect(before).toHaveLength(25)
    for (const query of ['', 'type=tag.created', 'actor=none', 'subjectType=tag,section']) {
      const seen: number[] = []
      let cursor = ''
      for (let page = 0; cursor !== undefined; page += 1) {
        const { data, page: position } = await desk.page(`limit=4&${query}${cursor && `&cursor=${cursor}`}`)
        seen.push(...data.map(({ id }) => id))
        server.setClock(morning + 100 * minute)
        await desk.post('/tags', { name: `New ${page}` })
        if (position.next === null) break
        cursor = position.next
      }
      expect([query, seen.filter((id) => before.includes(id))]).toEqual([query, before])
      expect(new Set(seen).size).toBe(seen.length)
    }
  })

  it('gives a link to the next page, and takes a cursor with its own filters alone', async () => {
    const server = await startServer({ clock: morning })
    const { desk } = await happenings(server)
    const { data, page } = await desk.page('limit=2&actor=none')
    const answer = await server.http.get(`${eventsPath}?limit=2&actor=none`).set(bearer()).expect(200)
    expect(answer.headers.link).toContain(`cursor=${page.next}`)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers.vary).toContain('Accept')
    expect(data).toHaveLength(2)
    const changed = (edit: (parts: unknown[]) => unknown[]) => {
      const parts = JSON.parse(Buffer.from(page.next ?? '', 'base64url').toString()) as unknown[]
      return Buffer.from(JSON.stringify(edit(parts))).toString('base64url')
    }
    for (const query of [
      `cursor=${page.next}`,
      `actor=none&type=tag.created&cursor=${page.next}`,
      `actor=none&cursor=${changed(([sortKey, , hash]) => [sortKey, '0', hash])}`,
      `actor=none&cursor=${changed(([sortKey, , hash]) => [sortKey, "1' or 1=1", hash])}`,
      `actor=none&cursor=${changed(([sortKey, , hash]) => [sortKey, 1, hash])}`,
      `actor=none&cursor=${changed(([sortKey, , hash]) => [sortKey, '99999999999999999999', hash])}`,
      `actor=none&cursor=${changed(([, id, hash]) => ['yesterday', id, hash])}`,
      'cursor=x',
    ]) {
      const refused = await server.http.get(`${eventsPath}?${query}`).set(bearer()).expect(400)
      expect([query, refused.body.code]).toEqual([query, 'invalid-cursor'])
    }
    await server.http
      .get(
        `${eventsPath}?actor=none&cursor=${changed(([sortKey, , hash]) => [sortKey, '999999999999999', hash])}`,
      )
      .set(bearer())
      .expect(200)
  })

  it('refuses every parameter that is wrong, all at once, and never breaks', async () => {
    const server = await startServer()
    const get = (query: string) => server.http.get(`${eventsPath}?${query}`).set(bearer())
    const faults = await get(
      'actor=somebody&type=article.exploded&subjectType=house&subject=x&from=noon&to=2026-01-01&limit=0&nope=1',
    ).expect(400)
    expect(faults.body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual(
      ['actor', 'from', 'limit', 'nope', 'subject', 'subjectType', 'to', 'type'].sort(),
    )
    expectDescribed('get', '/manage/v1/events', faults)
    for (const query of [
      'actor=',
      'actor=me,',
      'actor=me&actor=none',
      'type=',
      'type=article.created,',
      'type[]=article.created',
      'type[$ne]=article.created',
      'subject=none',
      "subject='",
      'subjectType=constructor',
      'type=__proto__',
      `subject=${Array.from({ length: 101 }, (_, index) => unknownId.slice(0, -4) + String(1_000 + index)).join()}`,
      'from=2026-05-01T08:00:00',
      'before=2026-05-01T08:00:00Z',
      'count=1',
      'limit=101',
      'q=x',
      'sort=id',
    ])
      expect([query, (await get(query)).status]).toEqual([query, 400])
    for (const query of [
      'type=article.created,article.created',
      `type=${changeTypes.join()}`,
      `subjectType=${subjectTypes.join()}`,
      `actor=${Array.from({ length: 100 }, (_, index) => unknownId.slice(0, -4) + String(1_000 + index)).join()}`,
      'from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z',
    ])
      expect([query.slice(0, 40), (await get(query)).status]).toEqual([query.slice(0, 40), 200])
  })

  it('is for whoever may read the audit log, and for nobody else', async () => {
    const server = await startServer()
    const { http, token } = server
    const { id } = (await (async () => {
      const desk = auditDesk(server)
      await desk.post('/tags', { name: 'Tag' })
      return desk.newest()
    })()) as { id: number }
    for (const role of roles) {
      const expected = role === 'admin' ? 200 : 403
      for (const path of [eventsPath, `${eventsPath}/${id}`]) {
        const answer = await http.get(path).set(bearer(await token(role)))
        expect([role, path, answer.status]).toEqual([role, path, expected])
      }
      const exported = await http
        .get(eventsPath)
        .set(bearer(await token(role)))
        .set('accept', 'text/csv')
      expect([role, exported.status]).toEqual([role, expected])
    }
    await http
      .get(eventsPath)
      .set(bearer(await token({ permissions: ['audit.read'] })))
      .expect(200)
    await http.get(eventsPath).expect(401)
  })

  it('has single events by their number', async () => {
    const server = await startServer()
    const desk = auditDesk(server)
    await desk.post('/tags', { name: 'Tag' })
    const event = await desk.newest()
    const get = (id: string) => server.http.get(`${eventsPath}/${id}`).set(bearer())
    expect((await get(String(event.id)).expect(200)).body).toEqual(event)
    const missing = await get('999999999999999').expect(404)
    expectDescribed('get', '/manage/v1/events/{id}', missing)
    for (const id of ['0', '-1', '1.5', '01', 'x', unknownId, '9999999999999999', '1%00', "1'--"])
      expect([id, (await get(id)).status]).toEqual([id, 400])
    for (const method of ['put', 'patch', 'delete', 'post'] as const)
      await server.http[method](`${eventsPath}/${event.id}`).set(bearer()).send({}).expect(405)
  })
})

it('knows of every type what kind of thing it is about, and of every kind its types', () => {
  const about = subjectTypes.flatMap((subject) => changeTypesAbout(subject))
  expect(about.sort()).toEqual([...changeTypes].sort())
  expect(changeTypesAbout('article')).toContain('revision.pinned')
  expect(changeTypesAbout('token')).toEqual([
    ...['token.created', 'token.updated', 'token.rotated', 'token.revoked'],
  ])
})
