import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/tokens'

async function startThree() {
  const databaseUrl = await temporaryDatabase()
  const first = await startServer({ databaseUrl })
  const others = [await startServer({ databaseUrl }), await startServer({ databaseUrl })]
  return { databaseUrl, first, all: [first, ...others] }
}

/** The status that the secret gets on every instance, asked at once. */
function statuses(servers: readonly TestServer[], secret: string, path = '/manage/v1/articles') {
  return Promise.all(servers.map(async ({ http }) => (await http.get(path).set(bearer(secret))).status))
}

describe('what is changed of a token on one instance holds on every other from the answer on', () => {
  async function make({ http }: TestServer, role = 'admin') {
    const { body } = await http.post(base).set(bearer()).send({ name: 'Test', role }).expect(201)
    return body as { id: string; token: string }
  }
  const change = ({ http }: TestServer, id: string) =>
    http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*')

  it('when it is made and revoked', async () => {
    const { all } = await startThree()
    for (let round = 0; round < 10; round += 1) {
      const writer = all[round % 3] as TestServer
      const { id, token } = await make(writer)
      expect(await statuses(all, token)).toEqual([200, 200, 200])
      await writer.http.delete(`${base}/${id}`).set(bearer()).set('if-match', '*').expect(204)
      expect(await statuses(all, token)).toEqual([401, 401, 401])
    }
  })

  it('when it is cut down, and given more again', async () => {
    const { first, all } = await startThree()
    const { id, token } = await make(first)
    expect(await statuses(all, token, base)).toEqual([200, 200, 200])
    await change(first, id).send({ role: 'viewer' }).expect(200)
    expect(await statuses(all, token, base)).toEqual([403, 403, 403])
    expect(await statuses(all, token)).toEqual([200, 200, 200])
    await change(first, id)
      .send({ permissions: ['stats.read'] })
      .expect(200)
    expect(await statuses(all, token)).toEqual([403, 403, 403])
    await change(first, id).send({ role: 'admin' }).expect(200)
    expect(await statuses(all, token, base)).toEqual([200, 200, 200])
  })

  it('when it expires: at the millisecond, by the clock of each', async () => {
    const { first, all } = await startThree()
    const start = Date.parse('2026-05-01T00:00:00.000Z')
    for (const { setClock } of all) setClock(start)
    const { id, token } = await make(first)
    await change(first, id).send({ expiresAt: '2026-05-01T00:00:05Z' }).expect(200)
    for (const { setClock } of all) setClock(start + 4_999)
    expect(await statuses(all, token)).toEqual([200, 200, 200])
    for (const { setClock } of all) setClock(start + 5_000)
    expect(await statuses(all, token)).toEqual([401, 401, 401])
  })

  it('when its secret is rotated', async () => {
    const { first, all } = await startThree()
    const { id, token } = await make(first)
    const rotate = async (overlapSeconds: number) =>
      (await first.http.post(`${base}/${id}/rotate`).set(bearer()).send({ overlapSeconds }).expect(200)).body
        .token
    const second = await rotate(60)
    expect([await statuses(all, token), await statuses(all, second)].flat()).toEqual(Array(6).fill(200))
    const third = await rotate(0)
    expect([await statuses(all, token), await statuses(all, second)].flat()).toEqual(Array(6).fill(401))
    expect(await statuses(all, third)).toEqual([200, 200, 200])
  })

  it('when the command line revokes it', async () => {
    const { databaseUrl, first, all } = await startThree()
    const { id, token } = await make(first)
    expect(await statuses(all, token)).toEqual([200, 200, 200])
    expect(await callProgram(['token', 'revoke', id], { DATABASE_URL: databaseUrl })).toMatchObject({
      code: 0,
    })
    expect(await statuses(all, token)).toEqual([401, 401, 401])
  })

  it('while a long snapshot is read', async () => {
    const { first, all } = await startThree()
    const { id, token } = await make(first)
    const other = all[1] as TestServer
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const reading = other.db.read(async (reader) => {
      await reader.tokens.get(id)
      await gate
    })
    await first.http.delete(`${base}/${id}`).set(bearer()).set('if-match', '*').expect(204)
    expect(await statuses([other], token)).toEqual([401])
    release()
    await reading
  })
})
