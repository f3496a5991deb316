import { describe, expect, it, onTestFinished } from 'vitest'
import { startConverter } from '../../src/body/converter.ts'
import { collectRoutes } from '../../src/http/route-table.ts'
import { manageArticleLifecycle } from '../../src/management/article-lifecycle.ts'
import { manageArticles } from '../../src/management/articles.ts'
import { manageBatch } from '../../src/management/batch.ts'
import type { Db } from '../../src/store/index.ts'
import { dump } from '../support/dump.ts'
import { startServer } from '../support/server.ts'
import { emptyKeyedApp } from './keyed.ts'

const base = '/manage/v1'

/** The routes of articles and batches, with a note of what happened in which order. */
async function notedServer() {
  const { db, engine } = await startServer()
  const events: string[] = []
  const real = startConverter()
  onTestFinished(() => real.close())
  const converter: typeof real = {
    ...real,
    async convert(body) {
      events.push(`converts ${body.content.slice(0, 12)}`)
      const blocks = await real.convert(body)
      events.push('converted')
      return blocks
    },
  }
  const noted: Db = {
    ...db,
    write: (work) => {
      events.push('writes')
      return db.write(work)
    },
  }
  const app = emptyKeyedApp(base, async (scope) => {
    const findRoute = collectRoutes(scope)
    const options = { db: noted, converter, settings: { siteLanguage: 'en' } }
    await scope.register(manageBatch, { ...options, findRoute })
    await scope.register(manageArticles, options)
    await scope.register(manageArticleLifecycle, options)
  })
  return {
    engine,
    events,
    send: (payload: object) => app.inject({ method: 'POST', url: `${base}/batch`, payload }),
    async make(input: object): Promise<{ id: string; body: unknown }> {
      const answer = await app.inject({ method: 'POST', url: `${base}/articles`, payload: input })
      events.length = 0
      return answer.json()
    },
  }
}

const markdown = (content: string) => ({ format: 'markdown', content })
const create = (title: string, body: unknown) => ({
  ...{ method: 'POST', path: '/articles' },
  body: { title, body },
})

/** The text of the first block. */
const textOf = (body: unknown) => (body as { children: { text: string }[] }[])[0]?.children[0]?.text

describe('bodies in other formats', () => {
  it('are converted before an atomic batch opens its transaction', async () => {
    const { events, send, make } = await notedServer()
    const { id } = await make({ title: 'Made', body: markdown('Old') })
    const answer = await send({
      atomic: true,
      operations: [
        create('One', markdown('First')),
        create('Two', [{ _type: 'block', children: [{ _type: 'span', text: 'Portable' }] }]),
        { method: 'PATCH', path: `/articles/${id}`, ifMatch: 1, body: { body: markdown('Patched') } },
        { method: 'PUT', path: `/articles/${id}`, ifMatch: 2, body: { title: 'Put', body: markdown('Put') } },
        create('None', undefined),
      ],
    })
    expect(answer.statusCode, answer.body).toBe(200)
    const bodies = answer.json().results.map(({ body }: { body: { body: unknown } }) => textOf(body.body))
    expect(bodies).toEqual(['First', 'Portable', 'Patched', 'Put', undefined])
    expect(events).toEqual([
      ...['converts First', 'converted', 'converts Patched', 'converted', 'converts Put', 'converted'],
      // The batch, and its operations, which join it.
      ...Array(6).fill('writes'),
    ])
  })

  it('are converted each before its own transaction in a batch that is not atomic', async () => {
    const { events, send } = await notedServer()
    const operations = [create('One', markdown('First')), create('Two', markdown('Second'))]
    await send({ atomic: false, operations })
    const each = (text: string) => [`converts ${text}`, 'converted', 'writes']
    expect(events).toEqual([...each('First'), ...each('Second')])
  })

  it('fail their batch where they cannot be converted, and those after them are left alone', async () => {
    const { engine, events, send } = await notedServer()
    const before = await dump(engine)
    const tooDeep = markdown(`${'> '.repeat(2_000)}deep`)
    const answer = await send({
      atomic: true,
      operations: [
        create('One', markdown('First')),
        create('Two', tooDeep),
        create('Three', markdown('Third')),
      ],
    })
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({
      code: 'batch-failed',
      operation: 1,
      problem: { status: 422, code: 'invalid-body', errors: [{ pointer: '/body/content' }] },
    })
    expect(await dump(engine)).toBe(before)
    expect(events.filter((event) => event.startsWith('converts'))).toHaveLength(2)
  })

  it('of 100 operations may be long: nobody waits for their conversion', async () => {
    const { events, send } = await notedServer()
    const long = `${'All **the** news of today. '.repeat(20)}\n\n`.repeat(8)
    const operations = Array.from({ length: 100 }, (_, index) => create(`Long ${index}`, markdown(long)))
    const answer = await send({ atomic: true, operations })
    expect(answer.statusCode, answer.body.slice(0, 1_000)).toBe(200)
    const firstWrite = events.indexOf('writes')
    expect(events.lastIndexOf('converted')).toBeLessThan(firstWrite)
    expect(firstWrite).toBe(200)
  }, 60_000)

  it('are not converted for those who may not write articles', async () => {
    const { app, ...server } = await startServer()
    const viewer = await server.token('viewer')
    const answer = await app.inject({
      ...{ method: 'POST', url: `${base}/batch`, headers: { authorization: `Bearer ${viewer}` } },
      payload: { atomic: true, operations: [create('One', markdown('x'.repeat(6_000_000)))] },
    })
    expect(answer.json()).toMatchObject({ operation: 0, problem: { code: 'forbidden' } })
  })
})
