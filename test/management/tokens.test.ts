import { describe, expect, it } from 'vitest'
import { permissions } from '../../src/contract/permissions.ts'
import { expectDescribed } from '../support/contract.ts'
import { dump } from '../support/dump.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/tokens'
const start = Date.parse('2026-05-01T00:00:00.000Z')

function calls({ http }: TestServer, who = bearer()) {
  return {
    make: (input: object) => http.post(base).set(who).send(input),
    read: (id: string) => http.get(`${base}/${id}`).set(who),
    list: (query = '') => http.get(`${base}${query}`).set(who),
    patch: (id: string, change: object, ifMatch = '*') =>
      http.patch(`${base}/${id}`).set(who).set('if-match', ifMatch).send(change),
    put: (id: string, input: object, ifMatch = '*') =>
      http.put(`${base}/${id}`).set(who).set('if-match', ifMatch).send(input),
    revoke: (id: string, ifMatch = '*') => http.delete(`${base}/${id}`).set(who).set('if-match', ifMatch),
    rotate: (id: string, input?: object) => http.post(`${base}/${id}/rotate`).set(who).send(input),
  }
}

/** The status that a token with this secret gets. */
async function statusOf({ http }: TestServer, secret: string): Promise<number> {
  return (await http.get('/manage/v1/articles').set(bearer(secret))).status
}

describe('tokens', () => {
  it('are made with a secret that is shown this once, and read, changed and replaced', async () => {
    const server = await startServer({ clock: start })
    const { make, read, patch, put } = calls(server)
    const made = await make({ name: ' Wire ingest', role: 'writer', expiresAt: '2026-06-01T02:00:00+02:00' })
    expectDescribed('post', base, made)
    expect(made.status).toBe(201)
    expect(made.headers).toMatchObject({ etag: '"1"', location: `${base}/${made.body.id}` })
    expect(made.headers['cache-control']).toBe('no-store')
    const { token, ...shown } = made.body
    expect(token).toMatch(/^copydesk_[\w-]{43}$/)
    expect(shown).toEqual({
      id: made.body.id,
      name: ' Wire ingest',
      role: 'writer',
      permissions: ['articles.read', 'articles.write'],
      status: 'active',
      expiresAt: '2026-06-01T00:00:00.000Z',
      lastUsedAt: null,
      previousSecretExpiresAt: null,
      revokedAt: null,
      version: 1,
      createdAt: '2026-05-01T00:00:00.000Z',
      updatedAt: '2026-05-01T00:00:00.000Z',
    })
    expect(await statusOf(server, token)).toBe(200)

    const again = await read(made.body.id).expect(200)
    expectDescribed('get', `${base}/{id}`, again)
    expect({ ...again.body, lastUsedAt: null }).toEqual(shown)
    expect(again.headers.etag).toBe('"1"')

    const patched = await patch(made.body.id, { name: 'Wire', expiresAt: null }, '"1"').expect(200)
    expectDescribed('patch', `${base}/{id}`, patched)
    expect(patched.body).toMatchObject({ name: 'Wire', role: 'writer', expiresAt: null, version: 2 })
    expect(patched.headers.etag).toBe('"2"')
    const replaced = await put(made.body.id, { name: 'Ads', permissions: ['stats.read', 'ads.write'] }, '"2"')
    expectDescribed('put', `${base}/{id}`, replaced)
    expect(replaced.body).toMatchObject({
      name: 'Ads',
      role: null,
      permissions: ['articles.read', 'ads.write', 'stats.read'],
      expiresAt: null,
      version: 3,
    })
  })

  it('need If-Match to be changed, and tell a late writer the version', async () => {
    const server = await startServer()
    const { make, patch, put, revoke, rotate } = calls(server)
    const { id } = (await make({ name: 'T', role: 'viewer' }).expect(201)).body
    const plain = server.http
    await plain.patch(`${base}/${id}`).set(bearer()).send({ name: 'X' }).expect(428)
    await plain.put(`${base}/${id}`).set(bearer()).send({ name: 'X', role: 'viewer' }).expect(428)
    await plain.delete(`${base}/${id}`).set(bearer()).expect(428)
    await patch(id, { name: 'Second' }, '"1"').expect(200)
    const late = await patch(id, { name: 'Third' }, '"1"').expect(412)
    expect(late.body.currentVersion).toBe(2)
    await put(id, { name: 'Third', role: 'viewer' }, '"1"').expect(412)
    await revoke(id, '"1"').expect(412)
    await rotate(id).set('if-match', '"1"').expect(412)
    await rotate(id).set('if-match', '"2"').expect(200)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => patch(id, { name: `W ${n}` }, '"3"')),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)])
  })

  it('take either a role or permissions', async () => {
    const server = await startServer()
    const { make, patch } = calls(server)
    const faults = async (input: object) => {
      const { body } = await make(input).expect(422)
      return body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)
    }
    expect(await faults({ name: 'T' })).toEqual(['/role required'])
    expect(await faults({ name: 'T', role: 'viewer', permissions: ['articles.read'] })).toEqual([
      '/permissions role-and-permissions',
    ])
    expect(await faults({ name: 'T', role: 'owner' })).toEqual(['/role invalid-value'])
    expect(await faults({ name: 'T', permissions: [] })).toEqual(['/permissions too-few'])
    expect(
      await faults({ name: 'T', permissions: ['articles.read', 'articles.*', 'Articles.Read'] }),
    ).toEqual(['/permissions/1 invalid-value', '/permissions/2 invalid-value'])
    expect(await faults({ name: 'T', permissions: ['articles.read', 'articles.read'] })).toEqual([
      '/permissions duplicate',
    ])
    const { id } = (await make({ name: 'T', role: 'editor' }).expect(201)).body
    const grant = async (change: object) => {
      const { body } = await patch(id, change).expect(200)
      return [body.role, body.permissions]
    }
    expect(await grant({ permissions: ['tokens.write'] })).toEqual([null, ['tokens.write']])
    expect(await grant({ role: null })).toEqual([null, ['tokens.write']])
    expect(await grant({ role: 'viewer' })).toEqual(['viewer', ['articles.read']])
    expect(await grant({ permissions: null })).toEqual(['viewer', ['articles.read']])
    expect(await grant({ role: null, permissions: ['stats.read'] })).toEqual([null, ['stats.read']])
    const none = await patch(id, { permissions: null }).expect(422)
    expect(none.body.errors).toMatchObject([{ pointer: '/role', code: 'required' }])
    const both = await patch(id, { role: 'viewer', permissions: ['stats.read'] }).expect(422)
    expect(both.body.errors).toMatchObject([{ pointer: '/permissions', code: 'role-and-permissions' }])
  })

  it('name every fault at once, and take nothing else from a client', async () => {
    const server = await startServer()
    const { make, rotate } = calls(server)
    const before = await dump(server.engine)
    const { body } = await make({ name: ' ', expiresAt: '2030-01-01T00:00:00', nope: 1 }).expect(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/expiresAt',
      '/name',
      '/nope',
      '/role',
    ])
    for (const member of [
      'id',
      'token',
      'secretHash',
      'secret_hash',
      'previousSecretHash',
      'lastUsedAt',
      'revokedAt',
      'version',
      'status',
      'createdAt',
      '__proto__',
    ])
      for (const value of ['"x"', 'null', '{"$ne":1}']) {
        const answer = await server.http
          .post(base)
          .set(bearer())
          .type('application/json')
          .send(`{"name":"T","role":"viewer","${member}":${value}}`)
        expect([member, value, answer.status]).toEqual([member, value, expect.toBeOneOf([400, 422])])
      }
    const past = await make({ name: 'T', role: 'viewer', expiresAt: '2001-01-01T00:00:00Z' }).expect(422)
    expect(past.body.errors).toMatchObject([{ pointer: '/expiresAt', code: 'in-past' }])
    for (const overlapSeconds of [-1, 604_801, 1.5, '60', null])
      await rotate('018ced2a-4000-7000-8000-00000000abcd', { overlapSeconds }).expect(422)
    expect(await dump(server.engine)).toBe(before)
  })

  it('are listed the newest first, page by page and by state, never with a secret', async () => {
    const server = await startServer({ clock: start })
    const { make, list, revoke } = calls(server)
    const secrets: string[] = []
    const names = ['One', 'Two', 'Three', 'Four', 'Five']
    for (const name of names) {
      const expiry = name === 'Two' ? { expiresAt: '2026-05-01T00:00:01Z' } : {}
      const { body } = await make({ name, role: 'viewer', ...expiry }).expect(201)
      secrets.push(body.token)
      if (name === 'Four') await revoke(body.id).expect(204)
    }
    server.setClock(start + 1_000)
    const first = await list('?limit=3').expect(200)
    expectDescribed('get', base, first)
    const shown = (answer: { body: { data: { name: string }[] } }) => answer.body.data.map(({ name }) => name)
    expect(shown(first)).toEqual(['Five', 'Four', 'Three'])
    expect(first.headers.link).toContain('rel="next"')
    const second = await list(`?limit=3&cursor=${first.body.page.next}`).expect(200)
    expect(shown(second)).toEqual(['Two', 'One'])
    expect(second.body.page.next).toBeNull()
    for (const secret of secrets) expect(first.text + second.text).not.toContain(secret)
    expect(first.text + second.text).not.toMatch(/hash/i)

    expect(shown(await list('?status=active'))).toEqual(['Five', 'Three', 'One'])
    expect(shown(await list('?status=expired'))).toEqual(['Two'])
    expect(shown(await list('?status=revoked'))).toEqual(['Four'])
    expect(shown(await list('?status=expired,revoked'))).toEqual(['Four', 'Two'])
    expect((await list('?status=revoked')).body.data[0]).toMatchObject({
      status: 'revoked',
      revokedAt: '2026-05-01T00:00:00.000Z',
    })
    const active = await list('?status=active&limit=1').expect(200)
    expect((await list(`?status=expired&cursor=${active.body.page.next}`).expect(400)).body.code).toBe(
      'invalid-cursor',
    )
    for (const query of [
      '?status=nope',
      '?status=',
      '?secretHash=a',
      '?sort=secretHash',
      '?q=a',
      '?name=One',
    ])
      expect([query, (await list(query)).status]).toEqual([query, 400])
  })

  it('are revoked for good: they stay in the list, and revoking again is as good', async () => {
    const server = await startServer()
    const { make, read, revoke, patch, put, rotate } = calls(server)
    const { id, token } = (await make({ name: 'T', role: 'editor' }).expect(201)).body
    await rotate(id).expect(200)
    expect(await statusOf(server, token)).toBe(200)
    await revoke(id, '"2"').expect(204)
    expect(await statusOf(server, token)).toBe(401)
    const revoked = await read(id).expect(200)
    expect(revoked.body).toMatchObject({ status: 'revoked', version: 3, previousSecretExpiresAt: null })
    const before = await dump(server.engine)
    await revoke(id, '"2"').expect(204)
    await revoke(id).expect(204)
    for (const answer of [
      await patch(id, { name: 'X' }),
      await put(id, { name: 'X', role: 'viewer' }),
      await rotate(id),
    ]) {
      expect(answer.status).toBe(409)
      expect(answer.body).toMatchObject({ code: 'invalid-transition', currentStatus: 'revoked' })
    }
    expect(await dump(server.engine)).toBe(before)
    const other = (await make({ name: 'T', role: 'viewer' }).expect(201)).body
    expect(other.id).not.toBe(id)
    expect(await statusOf(server, token)).toBe(401)
    await revoke('018ced2a-4000-7000-8000-00000000abcd').expect(404)
    await read('not-an-id').expect(400)
  })

  it('may be given a new end when they have expired, but no new secret before', async () => {
    const server = await startServer({ clock: start })
    const { make, patch, rotate, put } = calls(server)
    const input = { name: 'T', role: 'viewer', expiresAt: '2026-05-01T00:00:10Z' }
    const { id, token } = (await make(input).expect(201)).body
    server.setClock(start + 9_999)
    expect(await statusOf(server, token)).toBe(200)
    server.setClock(start + 10_000)
    expect(await statusOf(server, token)).toBe(401)
    expect((await rotate(id).expect(409)).body.currentStatus).toBe('expired')
    expect((await put(id, { ...input, name: 'Renamed' }).expect(200)).body.status).toBe('expired')
    await patch(id, { expiresAt: '2026-05-01T00:00:09Z' }).expect(422)
    expect((await patch(id, { expiresAt: '2026-05-01T00:00:11Z' }).expect(200)).body.status).toBe('active')
    expect(await statusOf(server, token)).toBe(200)
  })

  it('get a new secret with an overlap, after which the old one is nothing', async () => {
    const server = await startServer({ clock: start })
    const { make, rotate, read } = calls(server)
    const { id, token: first } = (await make({ name: 'T', role: 'viewer' }).expect(201)).body
    const rotated = await rotate(id, { overlapSeconds: 60 }).expect(200)
    expectDescribed('post', `${base}/{id}/rotate`, rotated)
    expect(rotated.headers.etag).toBe('"2"')
    expect(rotated.body.previousSecretExpiresAt).toBe('2026-05-01T00:01:00.000Z')
    const second = rotated.body.token
    expect(second).not.toBe(first)
    expect([await statusOf(server, first), await statusOf(server, second)]).toEqual([200, 200])
    server.setClock(start + 59_999)
    expect(await statusOf(server, first)).toBe(200)
    server.setClock(start + 60_000)
    expect([await statusOf(server, first), await statusOf(server, second)]).toEqual([401, 200])
    expect((await read(id).expect(200)).body.previousSecretExpiresAt).toBeNull()

    const third = (await rotate(id).expect(200)).body
    expect(third.previousSecretExpiresAt).toBe('2026-05-02T00:01:00.000Z')
    const fourth = (await rotate(id, {}).expect(200)).body.token
    expect(
      await Promise.all([second, third.token, fourth].map((secret) => statusOf(server, secret))),
    ).toEqual([401, 200, 200])
    const fifth = (await rotate(id, { overlapSeconds: 0 }).expect(200)).body
    expect(fifth.previousSecretExpiresAt).toBeNull()
    expect(
      await Promise.all([third.token, fourth, fifth.token].map((secret) => statusOf(server, secret))),
    ).toEqual([401, 401, 200])
  })

  it('can rotate themselves, by the old secret too while it works', async () => {
    const server = await startServer()
    const { make } = calls(server)
    const { id, token } = (await make({ name: 'Self', role: 'admin' }).expect(201)).body
    const second = (await calls(server, bearer(token)).rotate(id).expect(200)).body.token
    const third = (await calls(server, bearer(token)).rotate(id).expect(200)).body.token
    expect(await Promise.all([token, second, third].map((secret) => statusOf(server, secret)))).toEqual([
      401, 200, 200,
    ])
  })

  it('are in the change log, hidden, with who did what and no secret', async () => {
    const server = await startServer()
    const { make, patch, rotate, revoke } = calls(server)
    const { id, token } = (await make({ name: 'Logged', role: 'viewer' }).expect(201)).body
    await patch(id, { name: 'Renamed', permissions: ['stats.read'] }).expect(200)
    const second = (await rotate(id).expect(200)).body.token
    await revoke(id).expect(204)
    const changes = await server.engine.snapshot(async ({ sql, tables }) =>
      sql.select().from(tables.changes).orderBy(tables.changes.seq),
    )
    expect(
      changes.map(({ type, publicSeq, subjectType, subjectId }) => [type, publicSeq, subjectType, subjectId]),
    ).toEqual(
      ['created', 'updated', 'rotated', 'revoked'].map((verb) => [`token.${verb}`, null, 'token', id]),
    )
    expect(changes.map(({ actor }) => actor.name)).toEqual(Array(4).fill('ADMIN_TOKEN'))
    expect(changes[1]?.payload).toMatchObject({
      version: 2,
      before: { name: 'Logged', role: 'viewer', permissions: [] },
      after: { name: 'Renamed', role: null, permissions: ['stats.read'] },
    })
    const text = JSON.stringify(changes)
    for (const secret of [token, second]) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/hash/i)
  })

  it('tell when they were last used, to a minute, without a new version', async () => {
    const server = await startServer({ clock: start })
    const { make, read } = calls(server)
    const { id, token } = (await make({ name: 'Used', role: 'viewer' }).expect(201)).body
    const lastUse = async () => (await read(id).expect(200)).body.lastUsedAt
    expect(await statusOf(server, token)).toBe(200)
    await expect.poll(lastUse, { timeout: 5_000 }).toBe('2026-05-01T00:00:00.000Z')
    server.setClock(start + 59_999)
    expect(await statusOf(server, token)).toBe(200)
    server.setClock(start + 60_000)
    expect(await statusOf(server, token)).toBe(200)
    await expect.poll(lastUse, { timeout: 5_000 }).toBe('2026-05-01T00:01:00.000Z')
    server.setClock(start + 200_000)
    await server.http.get(base).set(bearer(token)).expect(403)
    await server.http.get(base).set(bearer('copydesk_unknown')).expect(401)
    // Not waited for: it is saved when the program ends.
    await server.app.close()
    const [stored] = await server.engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.tokens))
    expect(stored).toMatchObject({ lastUsedAt: '2026-05-01T00:03:20.000Z', version: 1 })
    expect(stored?.updatedAt).toBe('2026-05-01T00:00:00.000Z')
  })

  it('never takes back a later use, and takes no use within a minute of another instance', async () => {
    const server = await startServer()
    const { make } = calls(server)
    const { id } = (await make({ name: 'Used', role: 'viewer' }).expect(201)).body
    const use = (at: string, since: string) => server.db.write((tx) => tx.tokens.markUsed(id, { at, since }))
    const stored = async () => (await server.db.read((reader) => reader.tokens.get(id))).lastUsedAt
    await use('2026-05-01T00:01:00.000Z', '2026-05-01T00:00:00.000Z')
    await use('2026-05-01T00:01:30.000Z', '2026-05-01T00:00:30.000Z')
    await use('2026-04-01T00:00:00.000Z', '2026-03-31T23:59:00.000Z')
    expect(await stored()).toBe('2026-05-01T00:01:00.000Z')
    await use('2026-05-01T00:02:00.000Z', '2026-05-01T00:01:00.000Z')
    expect(await stored()).toBe('2026-05-01T00:02:00.000Z')
  })
})

describe('nobody gives more than they have', () => {
  const refused = async (
    answer: PromiseLike<{ status: number; body: { code: string; missingPermissions?: string[] } }>,
  ) => {
    const { status, body } = await answer
    expect([status, body.code]).toEqual([403, 'forbidden'])
    return body.missingPermissions
  }

  it('by making, changing or rotating a token, whichever way it is put', async () => {
    const server = await startServer()
    const admin = calls(server)
    const strong = (await admin.make({ name: 'Strong', role: 'editor' }).expect(201)).body
    const weak = (await admin.make({ name: 'Weak', permissions: ['articles.read'] }).expect(201)).body
    const limited = calls(
      server,
      bearer(await server.token({ permissions: ['tokens.write', 'articles.write'] })),
    )
    const before = await dump(server.engine)
    for (const role of ['editor', 'ads', 'admin']) await refused(limited.make({ name: 'T', role }))
    for (const permission of permissions.filter((name) => !/^(tokens|articles)\.(write|read)$/.test(name)))
      expect(
        await refused(limited.make({ name: 'T', permissions: ['articles.read', permission] })),
      ).toContain(permission)
    expect(
      await refused(limited.patch(weak.id, { permissions: ['articles.publish', 'stats.read'] })),
    ).toEqual(['articles.publish', 'stats.read'])
    await refused(limited.patch(weak.id, { role: 'admin' }))
    await refused(limited.put(weak.id, { name: 'Weak', role: 'admin' }))
    await refused(limited.patch(strong.id, { name: 'Mine now' }))
    await refused(limited.patch(strong.id, { role: 'viewer' }))
    await refused(limited.put(strong.id, { name: 'Mine now', role: 'viewer' }))
    await refused(limited.rotate(strong.id))
    await refused(limited.rotate(strong.id, { overlapSeconds: 0 }))
    expect(await dump(server.engine)).toBe(before)

    await limited.make({ name: 'T', role: 'writer' }).expect(201)
    await limited.make({ name: 'T', permissions: ['tokens.write', 'articles.write'] }).expect(201)
    await limited.patch(weak.id, { permissions: ['articles.write'] }).expect(200)
    await limited.rotate(weak.id).expect(200)
    // To take away gives nothing.
    await limited.revoke(strong.id).expect(204)
  })

  it('nor to itself', async () => {
    const server = await startServer()
    const { id, token } = (
      await calls(server)
        .make({ name: 'Self', permissions: ['tokens.write', 'articles.read'] })
        .expect(201)
    ).body
    const self = calls(server, bearer(token))
    expect(await refused(self.patch(id, { permissions: ['tokens.write', 'articles.write'] }))).toEqual([
      'articles.write',
    ])
    await refused(self.patch(id, { role: 'admin' }))
    await refused(self.put(id, { name: 'Self', role: 'admin' }))
    await self.patch(id, { permissions: ['tokens.write'] }).expect(200)
    expect(await refused(self.patch(id, { permissions: ['tokens.write', 'articles.read'] }))).toEqual([
      'articles.read',
    ])
  })

  it('nor a longer life than its own', async () => {
    const server = await startServer({ clock: start })
    const admin = calls(server)
    const expiresAt = '2026-05-02T00:00:00.000Z'
    const short = (await admin.make({ name: 'Short', role: 'admin', expiresAt }).expect(201)).body
    const eternal = (await admin.make({ name: 'Eternal', role: 'viewer' }).expect(201)).body
    const caller = calls(server, bearer(short.token))
    const before = await dump(server.engine)
    await refused(caller.make({ name: 'T', role: 'viewer' }))
    await refused(caller.make({ name: 'T', role: 'viewer', expiresAt: '2026-05-02T00:00:00.001Z' }))
    await refused(caller.patch(short.id, { expiresAt: null }))
    await refused(caller.patch(short.id, { expiresAt: '2030-01-01T00:00:00Z' }))
    await refused(caller.put(short.id, { name: 'Short', role: 'admin' }))
    await refused(caller.rotate(eternal.id))
    await refused(caller.patch(eternal.id, { expiresAt }))
    expect(await dump(server.engine)).toBe(before)
    await caller.make({ name: 'T', role: 'admin', expiresAt }).expect(201)
    await caller.patch(short.id, { expiresAt: '2026-05-01T12:00:00Z' }).expect(200)
    await caller.rotate(short.id).expect(200)
  })

  it('nor anything once it was revoked or cut down while its request was under way', async () => {
    const server = await startServer()
    const { make } = calls(server)
    const made = await Promise.all(
      [1, 2].map(async () => (await make({ name: 'Busy', role: 'admin' }).expect(201)).body),
    )
    for (const [index, { id, token }] of made.entries()) {
      const { answer } = await server.db.write(async (tx) => {
        // Let in by now, and waiting for this transaction to end.
        const answer = calls(server, bearer(token))
          .make({ name: 'Heir', role: 'admin' })
          .then((sent) => sent)
        await new Promise((resolve) => setTimeout(resolve, 200))
        const stored = await tx.tokens.get(id)
        const change = index === 0 ? { revokedAt: tx.now } : { role: 'viewer' as const }
        await tx.tokens.update(stored, { ...stored, ...change, version: 2 })
        return { answer }
      })
      expect((await answer).status).toBe(index === 0 ? 401 : 403)
    }
    const { body } = await server.http.get(`${base}?status=active`).set(bearer()).expect(200)
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Busy'])
  })
})
