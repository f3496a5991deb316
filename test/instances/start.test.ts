import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'

const article = '/v1/articles/anthony-blinken-the-return-and-israel'

describe('instances that start at once on an empty database', () => {
  it('migrate and seed it once, make one admin token, and give the same bytes', async () => {
    const env = { DATABASE_URL: await temporaryDatabase({ empty: true }), LOG_LEVEL: 'info' }
    const servers = await Promise.all([1, 2, 3].map(() => startServing(env, { args: ['serve', '--seed'] })))
    const answers = await Promise.all(servers.map(({ url }) => supertest(url).get(article).expect(200)))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.headers.etag)).size).toBe(1)
    const tokens = servers.flatMap((server) =>
      [...server.stderr().matchAll(/copydesk_[\w-]+/g)].map(([token]) => token),
    )
    expect(tokens).toHaveLength(1)
    for (const { url } of servers) {
      const list = await supertest(url)
        .get('/manage/v1/articles')
        .set({ authorization: `Bearer ${tokens[0]}` })
        .expect(200)
      expect(list.body.data).toHaveLength(1)
    }
    const exits = await Promise.all(servers.map((server) => server.stop('SIGTERM')))
    expect(exits.map((exit) => exit.code)).toEqual([0, 0, 0])
  })
})
