import { describe, expect, it } from 'vitest'
import { startBackfill } from '../../src/search/backfill.ts'
import { paragraphs, startDesk } from '../search/editor.ts'
import { execute } from '../search/raw.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer } from '../support/server.ts'

/** A desk, and what readers find. */
async function startReaders() {
  const desk = await startDesk(await startServer())
  const ask = (query: string) => desk.http.get(`/v1/articles?${query}`).expect(200)
  return {
    ...desk,
    ask,
    async make(input: object): Promise<string> {
      return (await desk.make(input)).id
    },
    async published(input: object): Promise<string> {
      const { id } = await desk.make(input)
      await desk.publish(id)
      return id
    },
    act: (id: string, action: string, body: object = {}) =>
      desk.http.post(`/manage/v1/articles/${id}/${action}`).set(bearer()).send(body).expect(200),
    async find(q: string, rest = ''): Promise<string[]> {
      const { body } = await ask(`q=${encodeURIComponent(q)}&limit=100${rest}`)
      return body.data.map((card: { title: string }) => card.title)
    },
  }
}

describe('what readers find', () => {
  it('is what is published, from the moment that it is until it is no longer', async () => {
    const { make, act, patch, find, http } = await startReaders()
    const id = await make({ title: 'Alpha', slug: 'x', subtitle: 'beta', body: paragraphs('gamma') })
    expect(await find('alpha')).toEqual([])
    await act(id, 'publish')
    for (const word of ['alpha', 'beta', 'gamma', 'gam']) expect(await find(word), word).toEqual(['Alpha'])
    await patch(id, { title: 'Delta', body: paragraphs('epsilon') })
    expect([await find('delta'), await find('epsilon'), await find('gamma')]).toEqual([[], [], ['Alpha']])
    // A correction publishes nothing else.
    await act(id, 'corrections', { text: 'An earlier version named another letter.' })
    expect([await find('delta'), await find('gamma')]).toEqual([[], ['Alpha']])
    await act(id, 'publish')
    expect([await find('alpha'), await find('gamma'), await find('epsilon')]).toEqual([[], [], ['Delta']])
    await act(id, 'unpublish')
    expect([await find('delta'), await find('epsilon')]).toEqual([[], []])
    await act(id, 'publish')
    expect(await find('epsilon')).toEqual(['Delta'])
    await act(id, 'kill', { reason: 'Wrong' })
    expect(await find('epsilon')).toEqual([])
    await http.delete(`/manage/v1/articles/${id}`).set(bearer()).set('if-match', '*').expect(204)
    expect(await find('epsilon')).toEqual([])
  })

  it('does not tell of what was taken back: totals, other words of its place', async () => {
    const { published, act, ask, find } = await startReaders()
    const gone = await published({ title: 'Canary', body: paragraphs('canary') })
    await published({ title: 'Other' })
    await act(gone, 'unpublish')
    expect((await ask('q=canary&count=true')).body).toEqual({
      data: [],
      page: { limit: 20, next: null, total: 0 },
    })
    await published({ title: 'Third' })
    expect([await find('canary'), await find('third')]).toEqual([[], ['Third']])
  })

  it('is marked, with words, phrases, accents and exclusions as editors have them', async () => {
    const { published, ask, find } = await startReaders()
    await published({
      title: 'Élection à Genève',
      excerpt: 'The vote',
      body: paragraphs('Ballots were cast.'),
    })
    await published({ title: 'Election in Bern', body: paragraphs('Ballots were not cast.') })
    const { body } = await ask('q=elect&sort=title')
    expect(body.data.map((card: { highlights: unknown }) => card.highlights)).toEqual([
      [{ field: 'title', ranges: [[0, 8]] }],
      [{ field: 'title', ranges: [[0, 8]] }],
    ])
    expect(await find('"ballots were cast"')).toEqual(['Élection à Genève'])
    expect(await find('geneve')).toEqual(['Élection à Genève'])
    expect(await find('election -bern')).toEqual(['Élection à Genève'])
    expect((await ask('')).body.data[0]).not.toHaveProperty('highlights')
    for (const q of ['', ' ', '"', '-election', '🚢', '***']) expect(await find(q), q).toEqual([])
  })
})

describe('the order of what readers find', () => {
  const texts = [
    { title: 'Harbour bridge', body: paragraphs('Nothing else.') },
    { title: 'In the lead', excerpt: 'Of the harbour', body: paragraphs('Nothing.') },
    { title: 'Body one', excerpt: 'None.', body: paragraphs('The harbour is far.') },
    { title: 'Body two', excerpt: 'None.', body: paragraphs('The harbour is far.') },
  ]

  it('is the field that has it, of equals the newest, unless another order is asked for', async () => {
    const { published, find, setClock } = await startReaders()
    for (const [index, text] of texts.entries()) {
      setClock(Date.parse('2026-01-01T00:00:00Z') + index * 60_000)
      await published(text)
    }
    const best = ['Harbour bridge', 'In the lead', 'Body two', 'Body one']
    expect(await find('harbour')).toEqual(best)
    expect(await find('harbour', '&sort=relevance')).toEqual(await find('harbour'))
    expect(await find('harbour', '&sort=title')).toEqual(best.toSorted())
    expect((await find('harbour', '&sort=-publishedAt'))[0]).toBe('Body two')
  })

  it('is the same, cursors and all, whatever is hidden or was once', async () => {
    const answers: string[][] = []
    for (const hasHidden of [false, true]) {
      const { published, make, act, patch, http, setClock } = await startReaders()
      const ids: string[] = []
      for (const [index, text] of texts.entries()) {
        setClock(Date.parse('2026-01-01T00:00:00Z') + index * 60_000)
        ids.push(await published(text))
        if (!hasHidden) continue
        for (let copy = 0; copy < 5; copy += 1) {
          const secret = { title: 'Harbour harbour', body: paragraphs('harbour '.repeat(50 + copy)) }
          const id = await make(secret)
          await patch(id, { title: 'Hidden harbour', body: paragraphs('harbour') })
          if (copy === 0) {
            await act(id, 'publish')
            await act(id, 'unpublish')
          }
        }
      }
      const seen: string[] = []
      for (const query of [
        'q=harbour',
        'q=the%20harb',
        'q=harbour&sort=title',
        'q=harbour&sort=-updatedAt',
      ]) {
        let url: string | undefined = `/v1/articles?${query}&limit=1&count=true&fields=title,highlights`
        while (url) {
          const answer: { text: string; headers: Record<string, string> } = await http.get(url).expect(200)
          const next = /cursor=([^>&]+)/.exec(answer.headers.link ?? '')?.[1]
          const place = next === undefined ? [] : JSON.parse(Buffer.from(next, 'base64url').toString())
          seen.push(
            JSON.stringify([
              JSON.parse(answer.text).data,
              JSON.parse(answer.text).page.total,
              place[0],
              ids.indexOf(place[1]),
            ]),
          )
          url = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1]
        }
      }
      answers.push(seen)
    }
    expect(answers[1]).toEqual(answers[0])
  })
})

describe('what was public before there was an index of it', () => {
  it('is indexed', async () => {
    const { published, find, db, engine } = await startReaders()
    await published({ title: 'From before', body: paragraphs('relic') })
    await execute(engine, 'delete from published_search')
    expect(await find('before')).toEqual([])
    const failures: unknown[] = []
    await startBackfill(db, {
      index: 'publicSearchIndex',
      onProgress: () => {},
      onFailure: (error) => failures.push(error),
    }).done
    expect(failures).toEqual([])
    expect(await find('relic')).toEqual(['From before'])
  })

  it('is found as soon as it is, though nothing public has changed', async () => {
    const databaseUrl = await temporaryDatabase()
    const first = await startDesk(await startServer({ databaseUrl }))
    for (let index = 0; index < 40; index += 1) {
      const { id } = await first.make({ title: `Relic ${index}`, body: paragraphs('words '.repeat(2_000)) })
      await first.publish(id)
    }
    await execute(first.engine, 'delete from published_search')
    const { http } = await startServer({ databaseUrl })
    const count = async () => (await http.get('/v1/articles?q=relic&count=true').expect(200)).body.page.total
    await expect.poll(count, { timeout: 20_000, interval: 5 }).toBe(40)
  })
})
