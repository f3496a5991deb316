import { describe, expect, it } from 'vitest'
import { bearer } from '../support/server.ts'
import { base, paragraphs, startDesk } from './editor.ts'

describe('searching working copies', () => {
  it('finds words in every field, drafts and published ones alike', async () => {
    const { make, publish, titles } = await startDesk()
    await make({ title: 'In the title: Harbour' })
    await make({ title: 'Subtitle', subtitle: 'A harbour at night' })
    await make({ title: 'Excerpt', excerpt: 'The harbour.' })
    await make({ title: 'Slug', slug: 'old-harbour' })
    const { id } = await make({ title: 'Body', body: paragraphs('Nothing here.', 'Ships left the HARBOUR.') })
    await publish(id)
    await make({ title: 'None', body: paragraphs('A port.') })
    expect(await titles('harbour')).toEqual(['Body', 'Excerpt', 'In the title: Harbour', 'Slug', 'Subtitle'])
    expect(await titles('harbour ships')).toEqual(['Body'])
    expect(await titles('nowhere')).toEqual([])
  })

  it('wants all words, the last one at least by its beginning', async () => {
    const { make, titles } = await startDesk()
    await make('Harbour bridge reopens')
    await make('Harbour bridges are counted')
    await make('Bridge over the harbour')
    expect(await titles('harbour bridge')).toHaveLength(3)
    expect(await titles('bridge harb')).toEqual(['Bridge over the harbour', 'Harbour bridge reopens'])
    expect(await titles('brid harbour')).toEqual([])
    expect(await titles('H')).toHaveLength(3)
  })

  it('takes quotes for a phrase and a minus for what must not be there', async () => {
    const { make, titles } = await startDesk()
    await make({ title: 'One', body: paragraphs('The harbour bridge is open.') })
    await make({ title: 'Two', body: paragraphs('The bridge of the harbour is open.') })
    await make({ title: 'Three', body: paragraphs('The harbour', 'bridge is open.') })
    await make({ title: 'Harbour', body: paragraphs('bridge') })
    expect(await titles('"harbour bridge"')).toEqual(['One', 'Three'])
    expect(await titles('“harbour bridge”')).toEqual(['One', 'Three'])
    expect(await titles('harbour -open')).toEqual(['Harbour'])
    expect(await titles('harbour -"harbour bridge"')).toEqual(['Harbour', 'Two'])
    expect(await titles('"harbour brid')).toEqual(['One', 'Three'])
    expect(await titles('"harbour brid"')).toEqual([])
  })

  it('finds nothing where there is nothing to search for', async () => {
    const { make, titles, list } = await startDesk()
    await make('Anything')
    for (const q of ['', ' ', '"', '""', '-', '***', '🚢', '-anything', '-"any thing"', '()', "'"])
      expect(await titles(q), q).toEqual([])
    const { body } = await list({ q: '!', count: 'true' }).expect(200)
    expect(body).toEqual({ data: [], page: { limit: 20, next: null, total: 0 } })
  })

  it('follows every write', async () => {
    const { http, make, patch, publish, titles } = await startDesk()
    const { id } = await make({ title: 'Before', slug: 'x', body: paragraphs('alpha') })
    await patch(id, { title: 'After' })
    expect([await titles('before'), await titles('after')]).toEqual([[], ['After']])
    await patch(id, { body: paragraphs('beta') })
    expect([await titles('alpha'), await titles('beta')]).toEqual([[], ['After']])
    await patch(id, { subtitle: 'gamma', excerpt: 'delta' })
    await patch(id, { subtitle: null })
    expect([await titles('gamma'), await titles('delta')]).toEqual([[], ['After']])
    await patch(id, { slug: 'epsilon' })
    expect(await titles('epsilon')).toEqual(['After'])
    await publish(id)
    await http
      .put(`${base}/${id}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({ links: [{ title: 'x' }] })
    await http.post(`${base}/${id}/unpublish`).set(bearer()).expect(200)
    expect(await titles('beta')).toEqual(['After'])
  })

  it('takes back what a write that failed had indexed', async () => {
    const { db, make, titles } = await startDesk()
    const { id } = await make('Kept')
    const failing = db.write(async (tx) => {
      const article = await tx.articles.get(id)
      const content = { ...article.content, title: 'Lost' }
      await tx.articles.update(article, { ...article, version: 2, content })
      throw new Error('after the update')
    })
    await expect(failing).rejects.toThrow('after the update')
    expect([await titles('kept'), await titles('lost')]).toEqual([['Kept'], []])
  })

  it('forgets an article that is deleted for good', async () => {
    const { engine, make, titles, list } = await startDesk()
    const { id } = await make('Doomed')
    await make('Other')
    await engine.write(async ({ sql, tables }) => {
      const { eq } = await import('drizzle-orm')
      await sql.delete(tables.articles).where(eq(tables.articles.id, id))
    })
    expect(await titles('doomed')).toEqual([])
    expect((await list({ q: 'doomed', count: 'true' }).expect(200)).body.page.total).toBe(0)
    // A new article does not come into what was left of it.
    await make('Third')
    expect([await titles('doomed'), await titles('third')]).toEqual([[], ['Third']])
  })
})

describe('highlights', () => {
  it('say where title, subtitle and excerpt have it, in UTF-16 units of what is delivered', async () => {
    const { make, find } = await startDesk()
    await make({
      title: '🚢 Élection à Genève: l’élection!',
      subtitle: 'No more',
      excerpt: 'Pre-ELECTION news',
      body: paragraphs('election'),
    })
    const [article] = await find('elect')
    expect(article?.highlights).toEqual([
      {
        field: 'title',
        ranges: [
          [3, 11],
          [24, 32],
        ],
      },
      { field: 'excerpt', ranges: [[4, 12]] },
    ])
    const title = article?.title ?? ''
    expect(article?.highlights[0]?.ranges.map(([start, end]) => title.slice(start, end))).toEqual([
      'Élection',
      'élection',
    ])
  })

  it('are there with a search alone, and empty when the body alone has it', async () => {
    const { make, find, list } = await startDesk()
    await make({ title: 'T', body: paragraphs('hidden word') })
    expect((await find('hidden'))[0]?.highlights).toEqual([])
    expect((await list({}).expect(200)).body.data[0]).not.toHaveProperty('highlights')
  })

  it('mark a phrase as one', async () => {
    const { make, find } = await startDesk()
    await make('The harbour bridge, a bridge')
    const [article] = await find('"harbour bridge" the')
    expect(article?.highlights).toEqual([
      {
        field: 'title',
        ranges: [
          [0, 3],
          [4, 18],
        ],
      },
    ])
  })
})

describe('the order of what is found', () => {
  it('is by relevance, unless the newest change is asked for', async () => {
    const { make, find, setClock } = await startDesk()
    const start = Date.parse('2026-01-01T00:00:00Z')
    const filler = Array.from({ length: 60 }, (_, index) => `filler${index}`).join(' ')
    for (const [index, article] of [
      { title: 'Harbour bridge', body: paragraphs(filler) },
      { title: 'Twice', body: paragraphs(`harbour and harbour ${filler}`) },
      { title: 'Lead', excerpt: 'The harbour', body: paragraphs(filler) },
      { title: 'Once', body: paragraphs(`harbour ${filler}`) },
    ].entries()) {
      setClock(start + index)
      await make(article)
    }
    const order = async (sort?: string) =>
      (await find('harbour', sort === undefined ? {} : { sort })).map((article) => article.title)
    expect(await order()).toEqual(['Harbour bridge', 'Lead', 'Twice', 'Once'])
    expect(await order('relevance')).toEqual(await order())
    expect(await order('-updatedAt')).toEqual(['Once', 'Lead', 'Twice', 'Harbour bridge'])
  })

  it('is walked page by page, each article once', async () => {
    const { make, find, http } = await startDesk()
    for (let number = 1; number <= 23; number += 1)
      await make({ title: `Storm ${number}`, body: paragraphs('storm '.repeat(number % 5)) })
    for (const sort of ['relevance', '-updatedAt']) {
      const whole = (await find('storm', { sort })).map((article) => article.id)
      expect(new Set(whole).size).toBe(23)
      const seen: string[] = []
      let url: string | undefined = `${base}?q=storm&sort=${sort}&limit=4&count=true`
      while (url) {
        const answer: { body: { data: { id: string }[]; page: object }; headers: Record<string, string> } =
          await http.get(url).set(bearer()).expect(200)
        expect(answer.body.page).toMatchObject({ total: 23 })
        seen.push(...answer.body.data.map((article) => article.id))
        url = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1]
      }
      expect(seen).toEqual(whole)
    }
  })

  it('belongs to the cursor: another search or sort is refused', async () => {
    const { make, list } = await startDesk()
    for (const title of ['Storm one', 'Storm two']) await make(title)
    const { body } = await list({ q: 'storm', limit: '1' }).expect(200)
    const cursor = body.page.next
    await list({ q: 'storm', limit: '1', cursor }).expect(200)
    for (const other of [{ q: 'storms' }, { q: 'storm', sort: '-updatedAt' }, {}])
      expect((await list({ ...other, limit: '1', cursor }).expect(400)).body.code).toBe('invalid-cursor')
  })
})

describe('a search that is refused', () => {
  it.each([
    ['too long', { q: 'x'.repeat(201) }, 'q', 'too-long'],
    ['of too many words', { q: 'a '.repeat(21) }, 'q', 'too-many'],
    ['by relevance without q', { sort: 'relevance' }, 'sort', 'invalid-value'],
    ['by an order that there is not', { q: 'x', sort: 'title' }, 'sort', 'invalid-value'],
    ['twice', { q: ['a', 'b'] }, 'q', 'repeated-parameter'],
    ['with NUL', { q: 'a\0b' }, 'q', 'invalid-text'],
  ])('is %s', async (_what, parameters, parameter, code) => {
    const { list } = await startDesk()
    const { body } = await list(parameters).expect(400)
    expect(body.errors).toEqual([expect.objectContaining({ parameter, code })])
  })

  it('takes 200 characters, of whatever length in bytes', async () => {
    const { list } = await startDesk()
    await list({ q: '😀'.repeat(200) }).expect(200)
    await list({ q: '日'.repeat(200) }).expect(200)
  })
})

it('tells the public nothing: a draft that is found by editors is not in any public answer', async () => {
  const { make, titles, http } = await startDesk()
  await make({ title: 'Canary qzxjv', body: paragraphs('qzxjv') })
  expect(await titles('qzxjv')).toEqual(['Canary qzxjv'])
  expect((await http.get('/v1/articles?q=qzxjv&count=true').expect(200)).body).toEqual({
    data: [],
    page: { limit: 20, next: null, total: 0 },
  })
  await http.get(`${base}?q=qzxjv`).expect(401)
})
