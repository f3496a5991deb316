import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/tokens'
const chosenAdminToken = 'an-admin-token-that-the-operator-chose-0123456789'

/** Makes and uses secrets in every way, good and bad; answers all that there were. */
async function useSecrets({ http, token }: TestServer): Promise<string[]> {
  const admin = bearer(chosenAdminToken)
  const made = await http.post(base).set(admin).send({ name: 'One', role: 'admin' }).expect(201)
  const rotated = await http.post(`${base}/${made.body.id}/rotate`).set(admin).expect(200)
  const secrets = [
    made.body.token,
    rotated.body.token,
    await token('viewer'),
    `copydesk_${'Zz9-_'.repeat(8)}abc`,
  ]
  for (const secret of [...secrets, chosenAdminToken]) {
    await http.get('/manage/v1/articles').set(bearer(secret))
    await http.get(`/manage/v1/articles?token=${secret}&access_token=${secret}`).set(bearer(secret))
    await http
      .post('/manage/v1/articles')
      .set(bearer(secret))
      .send({ title: 1, [secret]: secret })
    await http.get('/v1/articles').set(bearer(secret)).set('cookie', `token=${secret}`)
  }
  for (const secret of secrets) {
    // Taken for an id or a parameter by mistake.
    const answers = [
      await http.get(`${base}/${secret}`).set(admin).expect(400),
      await http.delete(`${base}/${secret}`).set(admin).set('if-match', '*').expect(400),
      await http.get(`/manage/v1/articles?${secret}=1`).set(admin).expect(400),
      await http.get(`/nowhere/${secret}`).expect(404),
    ]
    for (const { text, headers } of answers) expect(text + JSON.stringify(headers)).not.toContain(secret)
  }
  return [...secrets, chosenAdminToken]
}

describe('secrets', () => {
  it('are in no log line at the most talkative level, nor anywhere in the database', async () => {
    const databaseUrl = await temporaryDatabase()
    const server = await startServer({
      databaseUrl,
      env: { LOG_LEVEL: 'trace', ADMIN_TOKEN: chosenAdminToken },
    })
    const secrets = await useSecrets(server)
    const log = server.log()
    expect(log).toContain('request completed')
    const stored = await dump(server.engine)
    expect(stored).toContain('"role"')
    for (const secret of secrets) {
      expect(log).not.toContain(secret)
      expect(stored).not.toContain(secret)
    }
    if (engineName === 'postgres') return
    const path = databaseUrl.slice('file:'.length)
    const files = readdirSync(dirname(path)).filter((name) => name.startsWith('copydesk.db'))
    expect(files).toContain('copydesk.db-wal')
    for (const name of files) {
      const bytes = readFileSync(join(dirname(path), name))
      for (const secret of secrets) expect([name, bytes.includes(secret)]).toEqual([name, false])
    }
  })

  it('are told apart by every character, however long, and a header that is too long is refused', async () => {
    const long = 'k'.repeat(100)
    const server = await startServer({ env: { ADMIN_TOKEN: `${long}A` } })
    const status = async (secret: string) =>
      (await server.http.get('/manage/v1/articles').set(bearer(secret))).status
    expect(await status(`${long}A`)).toBe(200)
    for (const other of [`${long}B`, long, `${long}AA`, `${long.slice(0, 72)}`])
      expect(await status(other)).toBe(401)
    const secret = await server.token('viewer')
    expect(await status(secret)).toBe(200)
    const last = secret.at(-1) === 'A' ? 'B' : 'A'
    for (const other of [
      `${secret.slice(0, -1)}${last}`,
      `${secret}A`,
      secret.slice(0, -1),
      secret.toUpperCase(),
    ])
      expect(await status(other)).toBe(401)
    expect(await status('x'.repeat(1_000_000))).toBe(431)
  })
})

describe('browsers', () => {
  const strangers = [
    'https://evil.example',
    'null',
    'https://desk.example.evil.example',
    'http://desk.example',
  ]

  it('of other sites may read no answer of the management API, whatever it is', async () => {
    const server = await startServer({
      env: { CORS_ORIGINS: 'https://desk.example', RATE_LIMIT_WRITE_BURST: '20' },
      clock: Date.parse('2026-05-01T00:00:00Z'),
    })
    const { http } = server
    const viewer = bearer(await server.token('viewer'))
    const limited = bearer(await server.token('admin'))
    for (let n = 0; n < 20; n += 1)
      await http.post('/manage/v1/tags').set(limited).send({ name: 'T' }).expect(201)
    for (const origin of [...strangers, 'https://desk.example']) {
      const from = { origin }
      const answers = [
        await http.get(base).set(bearer()).set(from).expect(200),
        await http.get(base).set(from).expect(401),
        await http.get(base).set(viewer).set(from).expect(403),
        await http.get(`${base}/018ced2a-4000-7000-8000-00000000abcd`).set(bearer()).set(from).expect(404),
        await http.post(base).set(bearer()).set(from).send({}).expect(422),
        await http.post(base).set(limited).set(from).send({ name: 'T', role: 'admin' }).expect(429),
        await http.post(base).set(bearer()).set(from).type('text/plain').send('x').expect(415),
        await http.get('/manage/v1/nowhere').set(from).expect(404),
        await http.trace(base).set(from).expect(405),
        await http.options(base).set(from).set('access-control-request-method', 'POST'),
      ]
      const allowed = strangers.includes(origin) ? undefined : origin
      for (const { headers, status } of answers) {
        expect([origin, status, headers['access-control-allow-origin']]).toEqual([origin, status, allowed])
        expect(headers['access-control-allow-credentials']).toBeUndefined()
      }
      if (allowed !== undefined)
        expect(answers[5]?.headers['access-control-expose-headers']).toMatch(
          /RateLimit, RateLimit-Policy, Retry-After/,
        )
    }
  })

  it('are known by no cookie, and send no form', async () => {
    const server = await startServer()
    const secret = await server.token('admin')
    const before = await dump(server.engine)
    const cookies = [
      `token=${secret}`,
      `authorization=Bearer ${secret}`,
      `session=${secret}; Bearer ${secret}`,
    ]
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])
      for (const cookie of cookies) {
        const post = () =>
          server.http.post(base).type(type).set('origin', 'https://evil.example').set('cookie', cookie)
        await post().send('{"name":"T","role":"admin"}').expect(401)
        await post().set(bearer(secret)).send('{"name":"T","role":"admin"}').expect(415)
      }
    expect(await dump(server.engine)).toBe(before)
    const { headers } = await server.http.get(base).set(bearer()).expect(200)
    expect(headers['set-cookie']).toBeUndefined()
  })
})
