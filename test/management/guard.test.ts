import { describe, expect, it } from 'vitest'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'

describe('the guard', () => {
  it.each([
    ['no header', {}],
    ['another scheme', { authorization: 'Basic YWJjOmRlZg==' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['an unknown token', { authorization: 'Bearer copydesk_unknown' }],
    ['a very long token', { authorization: `Bearer ${'x'.repeat(5000)}` }],
  ])('answers 401 to %s, before it looks at anything else', async (_what, headers) => {
    const { http } = await startServer()
    const answer = await http.post(base).set(headers).type('text/plain').send('nonsense').expect(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expect(answer.body.code).toBe('unauthenticated')
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it('knows the roles: a viewer reads, a writer makes and edits own drafts, an editor publishes', async () => {
    const server = await startServer()
    const { http } = server
    const [viewer, writer, otherWriter, editor] = [
      bearer(await server.token('viewer')),
      bearer(await server.token('writer')),
      bearer(await server.token('writer')),
      bearer(await server.token('editor')),
    ]
    await http.post(base).set(viewer).send({ title: 'V' }).expect(403)
    const { body } = await http.post(base).set(writer).send({ title: 'W' }).expect(201)
    expect(body.allowedActions).toEqual(['submit', 'duplicate'])
    const address = `${base}/${body.id}`
    await http.get(address).set(viewer).expect(200)
    const patch = (who: { authorization: string }) =>
      http.patch(address).set(who).set('if-match', '*').send({ subtitle: 'S' })
    await patch(writer).expect(200)
    await patch(otherWriter).expect(403)
    await patch(viewer).expect(403)
    await http.post(`${address}/publish`).set(writer).expect(403)
    await http.post(`${address}/publish`).set(editor).expect(200)
    await patch(writer).expect(403)
    await patch(editor).expect(200)
  })

  it('refuses an expired and a revoked token at once', async () => {
    const server = await startServer()
    const secret = await server.token('editor')
    await server.http.get(base).set(bearer(secret)).expect(200)
    await server.engine.write(async ({ sql, tables }) => {
      await sql.update(tables.tokens).set({ expiresAt: '2026-01-01T00:00:00.000Z' })
    })
    await server.http.get(base).set(bearer(secret)).expect(401)
    await server.engine.write(async ({ sql, tables }) => {
      await sql.update(tables.tokens).set({ expiresAt: null, revokedAt: '2026-01-01T00:00:00.000Z' })
    })
    await server.http.get(base).set(bearer(secret)).expect(401)
  })

  it('keeps no secret: neither in the database nor in the logs', async () => {
    const server = await startServer()
    const secret = await server.token('editor')
    await server.http.get(`${base}?token=${secret}`).set(bearer(secret)).expect(400)
    const stored = await server.engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.tokens))
    expect(JSON.stringify(stored)).not.toContain(secret)
    expect(server.log()).toContain('/manage/v1/articles')
    expect(server.log()).not.toContain(secret)
  })
})
