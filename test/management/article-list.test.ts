import { describe, expect, it } from 'vitest'
import { startDesk } from '../search/editor.ts'
import { execute } from '../search/raw.ts'
import { expectDescribed } from '../support/contract.ts'
import { bearer } from '../support/server.ts'

const base = '/manage/v1/articles'

async function startNewsroom() {
  const desk = await startDesk()
  const { http } = desk
  const term = async (kind: string, name: string): Promise<string> =>
    (await http.post(`/manage/v1/${kind}`).set(bearer()).send({ name }).expect(201)).body.id
  const titles = async (query: string, token?: string) => {
    const { body } = await http.get(`${base}?${query}`).set(bearer(token)).expect(200)
    return body.data.map((article: { title: string }) => article.title).sort()
  }
  const fault = async (query: string) => (await http.get(`${base}?${query}`).set(bearer()).expect(400)).body
  return { ...desk, term, titles, fault }
}

describe('the filters of the editors’ list', () => {
  it('are section, tag, author and language: comma any of, repeated all of', async () => {
    const { make, term, titles } = await startNewsroom()
    const [world, city] = [await term('sections', 'World'), await term('sections', 'City')]
    const [gaza, israel] = [await term('tags', 'Gaza'), await term('tags', 'Israel')]
    const [jane, joe] = [await term('authors', 'Jane'), await term('authors', 'Joe')]
    await make({ title: 'Both', sectionId: world, tagIds: [gaza, israel], authors: [{ authorId: jane }] })
    await make({
      title: 'One',
      sectionId: city,
      tagIds: [gaza],
      authors: [{ authorId: jane }, { authorId: joe }],
    })
    await make({ title: 'None', language: 'fr-CA' })
    for (const [query, expected] of [
      ['', ['Both', 'None', 'One']],
      ['section=world', ['Both']],
      ['section=world,city', ['Both', 'One']],
      ['section=world&section=city', []],
      ['section=world&section=city,world', ['Both']],
      ['section=nowhere', []],
      ['tag=gaza', ['Both', 'One']],
      ['tag=israel,nothing', ['Both']],
      ['tag=gaza&tag=israel', ['Both']],
      ['tag=nothing', []],
      ['author=jane', ['Both', 'One']],
      ['author=jane&author=joe', ['One']],
      ['author=joe,nobody', ['One']],
      ['language=fr-CA', ['None']],
      ['language=en,fr-CA', ['Both', 'None', 'One']],
      ['language=de', []],
      ['tag=gaza&section=city&author=joe', ['One']],
      ['tag=gaza&language=fr-CA', []],
      ['q=one&section=city', ['One']],
      ['q=one&section=world', []],
      ['q=both&tag=gaza&tag=israel&sort=-updatedAt', ['Both']],
    ] as const)
      expect(await titles(query), query).toEqual(expected)
  })

  it('are the state, and whether changes wait', async () => {
    const { make, publish, patch, titles } = await startNewsroom()
    await make('Draft')
    const plain = await make('Published')
    const changed = await make('Changed')
    await publish(plain.id)
    await publish(changed.id)
    await patch(changed.id, { subtitle: 'New' })
    for (const [query, expected] of [
      ['status=draft', ['Draft']],
      ['status=published', ['Changed', 'Published']],
      ['status=published,draft', ['Changed', 'Draft', 'Published']],
      ['status=killed,in-review', []],
      ['hasUnpublishedChanges=true', ['Changed']],
      ['hasUnpublishedChanges=false', ['Draft', 'Published']],
      ['status=draft,published&hasUnpublishedChanges=true', ['Changed']],
    ] as const)
      expect(await titles(query), query).toEqual(expected)
  })

  it('are who made it, by token or as the caller', async () => {
    const server = await startNewsroom()
    const { http, titles, make } = server
    const [writer, other] = [await server.token('writer'), await server.token('writer')]
    const { body: mine } = await http.post(base).set(bearer(writer)).send({ title: 'Mine' }).expect(201)
    const { body: theirs } = await http.post(base).set(bearer(other)).send({ title: 'Theirs' }).expect(201)
    await make('Admin’s')
    const [me, them] = [mine.createdBy.tokenId, theirs.createdBy.tokenId]
    expect(await titles('createdBy=me', writer)).toEqual(['Mine'])
    expect(await titles('createdBy=me', other)).toEqual(['Theirs'])
    expect(await titles('createdBy=me')).toEqual(['Admin’s'])
    expect(await titles(`createdBy=me,${them}`)).toEqual(['Admin’s', 'Theirs'])
    expect(await titles(`createdBy=${me}`, other)).toEqual(['Mine'])
    expect(await titles(`createdBy=${me},${them}`)).toEqual(['Mine', 'Theirs'])
    expect(await titles(`createdBy=${mine.id}`)).toEqual([])
    // A cursor of `me` is that of one person.
    await http.post(base).set(bearer(writer)).send({ title: 'Mine too' }).expect(201)
    const { body } = await http.get(`${base}?createdBy=me&limit=1`).set(bearer(writer)).expect(200)
    const next = `${base}?createdBy=me&limit=1&cursor=${body.page.next}`
    await http.get(next).set(bearer(writer)).expect(200)
    await http.get(next).set(bearer(other)).expect(400)
  })

  it('are the trash, and when it was changed', async () => {
    const { make, titles, engine, setClock, list } = await startNewsroom()
    const start = Date.parse('2026-01-01T00:00:00Z')
    const ids: string[] = []
    for (const [index, title] of ['One', 'Two', 'Three'].entries()) {
      setClock(start + index * 1000)
      ids.push((await make(title)).id)
    }
    await execute(engine, `update articles set trashed_at = updated_at where id = '${ids[1]}'`)
    for (const [query, expected] of [
      ['', ['One', 'Three']],
      ['trashed=false', ['One', 'Three']],
      ['trashed=true', ['Two']],
      ['q=t', ['Three']],
      ['q=t&trashed=true', ['Two']],
      ['q=t&trashed=true&sort=-updatedAt', ['Two']],
      ['status=draft,published&trashed=true', ['Two']],
      ['updatedAfter=2026-01-01T00:00:00Z', ['Three']],
      ['updatedBefore=2026-01-01T00:00:00.001Z', ['One']],
      ['updatedAfter=2025-12-31T23:59:59Z&updatedBefore=2026-01-01T01:00:01%2B01:00', ['One']],
    ] as const)
      expect(await titles(query), query).toEqual(expected)
    expect((await list({ trashed: 'true', count: 'true' }).expect(200)).body.page.total).toBe(1)
  })

  it('are walked page by page in the order of the newest change, whichever they are', async () => {
    const { make, publish, setClock, http } = await startNewsroom()
    for (let index = 0; index < 14; index += 1) {
      // Some at one instant.
      setClock(Date.parse('2026-01-01T00:00:00Z') + Math.floor(index / 3))
      const { id } = await make({ title: `Story ${index}`, language: index % 2 === 0 ? 'en' : 'fr' })
      if (index % 3 === 0) await publish(id)
    }
    for (const query of [
      'limit=3',
      'limit=3&status=draft,published',
      'limit=3&language=fr,en&status=draft',
      'limit=3&q=story&sort=-updatedAt',
      'limit=3&q=story&sort=-updatedAt&status=draft,published',
      'limit=3&q=story',
    ]) {
      const whole = await http
        .get(`${base}?${query}`.replace('limit=3', 'limit=100'))
        .set(bearer())
        .expect(200)
      const expected = whole.body.data.map((article: { id: string }) => article.id)
      if (!query.endsWith('q=story')) {
        const keys = whole.body.data.map(
          (article: { updatedAt: string; id: string }) => article.updatedAt + article.id,
        )
        expect(keys).toEqual(keys.toSorted().reverse())
      }
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body }: { body: { data: { id: string }[]; page: { next: string | null } } } = await http
          .get(`${base}?${query}${cursor && `&cursor=${cursor}`}`)
          .set(bearer())
          .expect(200)
        seen.push(...body.data.map((article) => article.id))
        cursor = body.page.next
      }
      expect(seen, query).toEqual(expected)
    }
  })

  it.each([
    ['status=nope', 'status'],
    ['status=draft&status=published', 'status'],
    ['section=A%20B', 'section'],
    ['tag=', 'tag'],
    ['author=a,,b', 'author'],
    [`tag=${Array.from({ length: 101 }, (_, index) => `t${index}`).join(',')}`, 'tag'],
    ['createdBy=you', 'createdBy'],
    ['createdBy=me&createdBy=me', 'createdBy'],
    ['trashed=yes', 'trashed'],
    ['trashed=', 'trashed'],
    ['hasUnpublishedChanges=1', 'hasUnpublishedChanges'],
    ['updatedAfter=2026-01-01T00:00:00', 'updatedAfter'],
    ['updatedBefore=yesterday', 'updatedBefore'],
    ['count=1', 'count'],
    ['sort=title', 'sort'],
    ['sort=relevance', 'sort'],
    ['nope=1', 'nope'],
  ])('refuses %s', async (query, parameter) => {
    const { fault } = await startNewsroom()
    expect((await fault(query)).errors).toEqual([expect.objectContaining({ parameter })])
  })

  it('says how often a filter of several values may be given', async () => {
    const { fault } = await startNewsroom()
    const often = Array.from({ length: 21 }, (_, index) => `tag=t${index}`).join('&')
    expect((await fault(often)).errors).toEqual([
      {
        parameter: 'tag',
        code: 'too-many',
        detail: 'The parameter `tag` must be given at most 20 times.',
      },
    ])
  })

  it('names all faults at once', async () => {
    const { fault } = await startNewsroom()
    const { errors } = await fault(`status=x&trashed=x&limit=0&q=${'x'.repeat(201)}`)
    const parametersOf = (faults: { parameter: string }[]) => faults.map(({ parameter }) => parameter).sort()
    expect(parametersOf(errors)).toEqual(['limit', 'q', 'status', 'trashed'])
    expect(parametersOf((await fault('status=x&sort=relevance')).errors)).toEqual(['sort', 'status'])
  })

  it('are for those who may read, and answered in the form that is described', async () => {
    const { http, token, make } = await startNewsroom()
    await make({ title: 'Described harbour', excerpt: 'harbour' })
    await http.get(base).expect(401)
    for (const role of ['viewer', 'writer', 'editor', 'ads', 'admin'] as const)
      await http
        .get(`${base}?q=harbour`)
        .set(bearer(await token(role)))
        .expect(200)
    for (const query of ['', '?q=harbour&count=true', '?sort=relevance', '?count=true&trashed=true'])
      expectDescribed('get', base, await http.get(base + query).set(bearer()))
  })
})

describe('count=true', () => {
  it('adds the number of all items to a list, whatever the page', async () => {
    const { http, make, publish, term } = await startNewsroom()
    const tag = await term('tags', 'Sea')
    await term('tags', 'Hidden')
    for (const kind of ['sections', 'authors']) await term(kind, 'Sea')
    for (const title of ['One', 'Two', 'Three']) {
      const { id } = await make({ title, tagIds: [tag] })
      if (title !== 'Three') await publish(id)
    }
    for (const [path, total] of [
      [`${base}?limit=1&`, 3],
      [`${base}?status=draft&`, 1],
      [`${base}?status=draft,published&limit=1&`, 3],
      [`${base}?q=t&`, 2],
      [`${base}?section=nowhere&`, 0],
      ['/manage/v1/tags?limit=1&', 2],
      ['/manage/v1/sections?', 1],
      ['/v1/articles?limit=1&', 2],
      ['/v1/articles?tag=sea&', 2],
      ['/v1/tags?', 1],
      ['/v1/authors?', 0],
      ['/v1/sections?', 1],
    ] as const) {
      const { body } = await http.get(`${path}count=true`).set(bearer()).expect(200)
      expect(body.page.total, path).toBe(total)
      const without = await http.get(`${path}count=false`).set(bearer()).expect(200)
      expect(without.body.page).not.toHaveProperty('total')
    }
  })

  it('stays in the link to the next page, and the cursor goes with either', async () => {
    const { http, make } = await startNewsroom()
    for (const title of ['One', 'Two']) await make(title)
    const first = await http.get(`${base}?limit=1&count=true`).set(bearer()).expect(200)
    expect(first.headers.link).toContain('count=true')
    await http.get(`${base}?limit=1&cursor=${first.body.page.next}`).set(bearer()).expect(200)
  })
})
