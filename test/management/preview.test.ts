import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const paragraph = (text: string) => ({ _type: 'block', children: [{ _type: 'span', text }] })

async function makeDraft({ http }: TestServer, title: string, who = bearer()): Promise<string> {
  const { body } = await http
    .post(base)
    .set(who)
    .send({ title, body: [paragraph('Not public yet.')] })
    .expect(201)
  return body.id
}

interface Made {
  readonly id: string
  readonly token: string
  readonly url: string
  readonly expiresAt: string
}

async function makeToken({ http }: TestServer, id: string, input = {}): Promise<Made> {
  return (await http.post(`${base}/${id}/preview-tokens`).set(bearer()).send(input).expect(201)).body
}

describe('a preview token', () => {
  it('opens the working copy of its article in the shape of delivery, and is not to be kept', async () => {
    const server = await startServer({ seeded: true })
    const { http } = server
    const tag = (await http.post('/manage/v1/tags').set(bearer()).send({ name: 'Hidden tag' })).body.id
    const id = await makeDraft(server, 'Draft')
    const other = await makeDraft(server, 'Other draft')
    const [published] = (await http.get('/v1/articles').expect(200)).body.data
    await http
      .patch(`${base}/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ tagIds: [tag] })
      .expect(200)
    await http
      .put(`${base}/${id}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({ links: [{ articleId: other }, { articleId: published.id }, { title: 'To come' }] })
      .expect(200)
    const { url, token, expiresAt } = await makeToken(server, id)
    expect(url).toBe(`/v1/preview/articles/${id}?token=${token}`)
    expect(expiresAt).toMatch(/Z$/)
    const answer = await http.get(`${url}&body=html`).expect(200)
    expectDescribed('get', '/v1/preview/articles/{id}', answer)
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'no-referrer',
    })
    expect(answer.headers).not.toHaveProperty('etag')
    expect(answer.body).toMatchObject({
      id,
      title: 'Draft',
      tags: [{ slug: 'hidden-tag' }],
      publishedAt: null,
      firstPublishedAt: null,
      wordCount: 3,
      body: expect.stringContaining('Not public yet.'),
      related: [
        { position: 1, article: { id: published.id } },
        { position: 2, title: 'To come', article: null },
      ],
    })
    await http.head(url).expect(200)
    await http.get(`/v1/articles/${id}`).expect(404)
    expect(server.log()).not.toContain(token)
  })

  it('opens nothing else, and every refusal is the same', async () => {
    const server = await startServer()
    const { http } = server
    const id = await makeDraft(server, 'One')
    const other = await makeDraft(server, 'Two')
    const { token } = await makeToken(server, id)
    const flipped = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    const addresses = [
      `/v1/preview/articles/${other}?token=${token}`,
      `/v1/preview/articles/018ced2a-4000-7000-8000-00000000a001?token=${token}`,
      `/v1/preview/articles/${id}?token=${flipped}`,
      `/v1/preview/articles/${id}?token=`,
      `/v1/preview/articles/${id}?token=${'A'.repeat(64)}`,
      `/v1/preview/articles/${id}`,
    ]
    const bodies = new Set<string>()
    for (const address of addresses) {
      const { body, headers } = await http.get(address).expect(404)
      expect(headers['cache-control']).toBe('no-store')
      bodies.add(JSON.stringify({ ...body, instance: '', requestId: '' }))
    }
    expect(bodies.size).toBe(1)
    await http.get(`/v1/preview/articles/${id}?token=${token}&token=${token}`).expect(400)
    await http.get('/manage/v1/articles').set(bearer(token)).expect(401)
  })

  it('ends when it expires, when it is revoked, and with its article', async () => {
    const server = await startServer({ clock: Date.parse('2026-05-01T08:00:00Z') })
    const { http } = server
    const id = await makeDraft(server, 'One')
    const short = await makeToken(server, id, { expiresInSeconds: 60 })
    const long = await makeToken(server, id, { expiresInSeconds: 3600 })
    const last = await makeToken(server, id, { expiresInSeconds: 3600 })
    expect(short.expiresAt).toBe('2026-05-01T08:01:00.000Z')
    await http.get(short.url).expect(200)
    server.setClock(Date.parse('2026-05-01T08:01:00Z'))
    await http.get(short.url).expect(404)
    await http.get(long.url).expect(200)
    await http.delete(`${base}/${id}/preview-tokens/${long.id}`).set(bearer()).expect(204)
    await http.delete(`${base}/${id}/preview-tokens/${long.id}`).set(bearer()).expect(204)
    await http.get(long.url).expect(404)
    const list = await http.get(`${base}/${id}/preview-tokens`).set(bearer()).expect(200)
    expectDescribed('get', `${base}/{id}/preview-tokens`, list)
    expect(list.body.data.map((each: { revokedAt: string | null }) => each.revokedAt !== null)).toEqual([
      false,
      true,
      false,
    ])
    expect(JSON.stringify(list.body)).not.toContain(long.token)
    await http.get(last.url).expect(200)
    await http.post(`${base}/${id}/kill`).set(bearer()).send({ reason: 'Wrong' }).expect(200)
    await http.get(last.url).expect(404)
    await http.post(`${base}/${id}/preview-tokens`).set(bearer()).expect(409)
  })

  it('is made by a writer for own articles alone, by an editor for any, by a viewer for none', async () => {
    const server = await startServer()
    const { http } = server
    const [writer, other, editor, viewer] = [
      bearer(await server.token('writer')),
      bearer(await server.token('writer')),
      bearer(await server.token('editor')),
      bearer(await server.token('viewer')),
    ]
    const id = await makeDraft(server, 'Mine', writer)
    const ask = (who: { authorization: string }) => http.post(`${base}/${id}/preview-tokens`).set(who)
    await ask(writer).expect(201)
    await http.post(`${base}/${id}/submit`).set(writer).expect(200)
    await ask(writer).expect(201)
    await ask(editor).expect(201)
    await ask(other).expect(403)
    await http.get(`${base}/${id}/preview-tokens`).set(other).expect(403)
    await ask(viewer).expect(403)
    for (const seconds of [0, 59, 1.5, 2_592_001, '60'])
      await http
        .post(`${base}/${id}/preview-tokens`)
        .set(writer)
        .send({ expiresInSeconds: seconds })
        .expect(422)
  })
})
