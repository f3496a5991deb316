import { describe, expect, it } from 'vitest'
import { fill } from '../../bench/filling/fill.ts'
import { bearer, startServer } from '../support/server.ts'

/** So many that a search for a word of all of them takes tens of milliseconds. */
const articles = 1_500
const until = Date.parse('2026-06-01T00:00:00.000Z')

describe('reads that take long on SQLite', () => {
  it('hold up nothing else, and see one state of the database each', { timeout: 120_000 }, async () => {
    const server = await startServer()
    const { http, engine } = server
    await fill(engine, { articles, seed: 1, until, span: 86_400_000 * 365, onProgress: () => {} })
    const { body: list } = await http.get('/v1/articles?limit=1').expect(200)
    const { slug } = list.data[0]

    const searches = ['/v1/articles?q=the&count=true', '/v1/articles?q=a*&count=true', '/v1/articles?q=of']
    const managed = ['/manage/v1/articles?q=the&count=true', '/manage/v1/events?count=true']
    const ended: string[] = []
    const ask = async (path: string, token?: object) => {
      const { body } = await http
        .get(path)
        .set({ ...token })
        .expect(200)
      ended.push(path)
      return body
    }
    const long = [
      ...[1, 2, 3, 4].flatMap((limit) => searches.map((path) => ask(`${path}&limit=${limit}`))),
      ...managed.map((path) => ask(path, bearer())),
    ]
    // They have been asked before it is.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const endedBefore = ended.length
    await ask(`/v1/articles/${slug}`)
    expect(ended.indexOf(`/v1/articles/${slug}`)).toBe(endedBefore)
    const answers = await Promise.all(long)
    expect(answers[0].page.total).toBeGreaterThan(0)
    expect(answers[0].data.length).toBe(1)

    const { body: article } = await http
      .post('/manage/v1/articles')
      .set(bearer())
      .send({ title: 'Zyzzyva at the door', body: { format: 'text', content: 'The zyzzyva.' } })
      .expect(201)
    await http.post(`/manage/v1/articles/${article.id}/publish`).set(bearer()).expect(200)
    expect(await ask('/v1/articles?q=zyzzyva&count=true')).toMatchObject({ page: { total: 1 } })
  })
})
