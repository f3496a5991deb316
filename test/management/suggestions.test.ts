import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { countStatements } from '../support/statements.ts'

const base = '/manage/v1/articles'

interface Shown {
  readonly article: { readonly id: string; readonly title: string; readonly status: string }
  readonly score: number
  readonly reasons: readonly { readonly type: string }[]
}

async function makeTerm({ http }: TestServer, kind: string, name: string): Promise<string> {
  return (await http.post(`/manage/v1/${kind}`).set(bearer()).send({ name }).expect(201)).body.id
}

async function makeArticle({ http }: TestServer, input: object): Promise<string> {
  return (await http.post(base).set(bearer()).send(input).expect(201)).body.id
}

const act = ({ http }: TestServer, id: string, action: string) =>
  http.post(`${base}/${id}/${action}`).set(bearer()).expect(200)

async function suggest({ http }: TestServer, id: string, query = ''): Promise<Shown[]> {
  const answer = await http.get(`${base}/${id}/related/suggestions${query}`).set(bearer()).expect(200)
  expectDescribed('get', `${base}/{id}/related/suggestions`, answer)
  return answer.body.data
}

const titles = (found: Shown[]) => found.map(({ article }) => article.title)

describe('suggestions of related articles', () => {
  it('come from shared tags, section and authors, drafts included, the best first, with their reasons', async () => {
    const server = await startServer()
    const [transport, harbour, sport] = [
      await makeTerm(server, 'tags', 'Transport'),
      await makeTerm(server, 'tags', 'Harbour'),
      await makeTerm(server, 'tags', 'Sport'),
    ]
    const city = await makeTerm(server, 'sections', 'City')
    const jane = await makeTerm(server, 'authors', 'Jane Roe')
    const main = await makeArticle(server, {
      title: 'Main',
      tagIds: [transport, harbour],
      sectionId: city,
      authors: [{ authorId: jane }],
    })
    const both = await makeArticle(server, { title: 'Both tags', tagIds: [harbour, transport, sport] })
    await act(server, both, 'publish')
    await makeArticle(server, { title: 'Draft with a tag', tagIds: [transport] })
    const all = await makeArticle(server, {
      title: 'All',
      tagIds: [transport],
      sectionId: city,
      authors: [{ authorId: jane }],
    })
    await act(server, all, 'publish')
    const author = await makeArticle(server, { title: 'Author', authors: [{ authorId: jane }] })
    await act(server, author, 'publish')
    await makeArticle(server, { title: 'Section', sectionId: city })
    await makeArticle(server, { title: 'Nothing', tagIds: [sport] })

    const found = await suggest(server, main)
    expect(titles(found)).toEqual(['All', 'Both tags', 'Draft with a tag', 'Section', 'Author'])
    expect(found.slice(0, 3)).toMatchObject([
      {
        score: 0.375,
        reasons: [
          { type: 'shared-tags', tags: ['transport'] },
          { type: 'same-section', section: 'city' },
          { type: 'shared-authors', authors: ['jane-roe'] },
        ],
        article: { id: all, slug: 'all', status: 'published', isPublic: true, section: { slug: 'city' } },
      },
      { score: 0.3375, reasons: [{ type: 'shared-tags', tags: ['harbour', 'transport'] }] },
      { score: 0.225, article: { status: 'draft', isPublic: false, publishedAt: null } },
    ])
    expect(titles(await suggest(server, main, '?limit=2'))).toEqual(['All', 'Both tags'])
    // The other way round as well.
    expect(titles(await suggest(server, author))).toEqual(['All', 'Main'])
  })

  it('never have the article itself, what it links to by id or address, or what is in the trash or killed', async () => {
    const env = { PUBLIC_URL: 'https://news.example/site', ARTICLE_PATH: '/news/{slug}' }
    const server = await startServer({ env })
    const { http } = server
    const tag = await makeTerm(server, 'tags', 'Transport')
    const make = (title: string) => makeArticle(server, { title, tagIds: [tag] })
    const main = await make('Main')
    const [byId, byUrl, byOldUrl, trashed, killed] = [
      await make('By id'),
      await make('By URL'),
      await make('By old URL'),
      await make('Trashed'),
      await make('Killed'),
    ]
    await make('Free')
    expect(titles(await suggest(server, main)).sort()).toEqual([
      'By URL',
      'By id',
      'By old URL',
      'Free',
      'Killed',
      'Trashed',
    ])
    for (const id of [byUrl, byOldUrl]) await act(server, id, 'publish')
    await http
      .patch(`${base}/${byOldUrl}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ slug: 'other' })
      .expect(200)
    await http
      .put(`${base}/${main}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({
        links: [
          { articleId: byId },
          { title: 'L', url: 'https://news.example/site/news/by-url?utm=1' },
          { title: 'L', url: 'http://news.example/site/news/by-old-url/' },
          { title: 'L', url: 'https://other.example/site/news/free' },
          { title: 'L', url: 'https://news.example/news/free' },
        ],
      })
      .expect(200)
    // States that nothing in these tests can bring about.
    await server.db.write(async (tx) => {
      const gone = await tx.articles.get(trashed)
      await tx.articles.update(gone, { ...gone, version: 9, trashedAt: tx.now })
      const dead = await tx.articles.get(killed)
      await tx.articles.update(dead, { ...dead, version: 9, status: 'killed' })
    })
    expect(titles(await suggest(server, main))).toEqual(['Free'])
  })

  it('are a page of 10, at most 50; other parameters are refused, and what is no article is not found', async () => {
    const server = await startServer()
    const { http } = server
    const tag = await makeTerm(server, 'tags', 'Transport')
    const main = await makeArticle(server, { title: 'Main', tagIds: [tag] })
    for (let number = 1; number <= 12; number += 1)
      await makeArticle(server, { title: `Story ${number}`, tagIds: [tag] })
    expect(await suggest(server, main)).toHaveLength(10)
    expect(await suggest(server, main, '?limit=50')).toHaveLength(12)
    const get = (path: string) => http.get(`${base}/${path}`).set(bearer())
    for (const query of ['limit=51', 'limit=0', 'limit=x', 'limit=1&limit=2', 'q=x', 'cursor=x'])
      expectDescribed(
        'get',
        `${base}/{id}/related/suggestions`,
        await get(`${main}/related/suggestions?${query}`).expect(400),
      )
    await get('018ced2a-4000-7000-8000-00000000a001/related/suggestions').expect(404)
    await get('nonsense/related/suggestions').expect(400)
    await http.get(`${base}/${main}/related/suggestions`).expect(401)
    await http
      .get(`${base}/${main}/related/suggestions`)
      .set(bearer(await server.token('viewer')))
      .expect(200)
  })

  it('cost the same number of statements whatever there is', async () => {
    const server = await startServer()
    const [one, two] = [await makeTerm(server, 'tags', 'One'), await makeTerm(server, 'tags', 'Two')]
    const jane = await makeTerm(server, 'authors', 'Jane Roe')
    const city = await makeTerm(server, 'sections', 'City')
    const input = { tagIds: [one], authors: [{ authorId: jane }], sectionId: city }
    const few = await makeArticle(server, { title: 'Few', ...input })
    const count = (id: string) =>
      countStatements(server, () =>
        server.db.read(async (reader) => {
          const article = await reader.articles.get(id)
          await reader.suggestionCandidates.find(article, { similar: [few], excluded: new Set() })
        }),
      )
    const before = await count(few)
    const more = await makeArticle(server, { title: 'More', ...input, tagIds: [one, two] })
    for (let number = 1; number <= 5; number += 1)
      await act(server, await makeArticle(server, { title: 'Story', ...input }), 'publish')
    expect([before, await count(few), await count(more)]).toEqual([7, 7, 7])
  })
})
