import { expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'

async function makeArticle({ http }: TestServer, title: string, links: object[] = []): Promise<string> {
  const { body } = await http.post(base).set(bearer()).send({ title }).expect(201)
  await putLinks(http, body.id, links)
  return body.id
}

const putLinks = (http: TestServer['http'], id: string, links: object[]) =>
  http.put(`${base}/${id}/related`).set(bearer()).set('if-match', '*').send({ links }).expect(200)

interface Shown {
  readonly article: { readonly id: string; readonly title: string }
  readonly link: { readonly id: string; readonly kind: string }
  readonly inWorkingCopy: boolean
  readonly inPublished: boolean
}

it('backlinks are the articles that link here, in their working copy, in public, or in both', async () => {
  const server = await startServer()
  const { http } = server
  const target = await makeArticle(server, 'Target')
  const other = await makeArticle(server, 'Other')
  const read = async (id: string): Promise<Shown[]> => {
    const answer = await http.get(`${base}/${id}/backlinks`).set(bearer()).expect(200)
    expectDescribed('get', `${base}/{id}/backlinks`, answer)
    return answer.body.data
  }
  expect(await read(target)).toEqual([])

  const draft = await makeArticle(server, 'Draft', [
    { title: 'First' },
    { articleId: target, kind: 'update' },
  ])
  const live = await makeArticle(server, 'Live', [{ articleId: target }, { articleId: other }])
  const publish = (id: string) => http.post(`${base}/${id}/publish`).set(bearer()).expect(200)
  await publish(live)
  const past = await makeArticle(server, 'Past', [{ articleId: target, kind: 'background' }])
  await publish(past)
  await putLinks(http, past, [])

  const found = await read(target)
  expect(found.map(({ article, ...rest }) => ({ ...rest, title: article.title }))).toMatchObject([
    { title: 'Past', link: { kind: 'background', position: 1 }, inWorkingCopy: false, inPublished: true },
    { title: 'Live', link: { kind: 'related', position: 1 }, inWorkingCopy: true, inPublished: true },
    { title: 'Draft', link: { kind: 'update', position: 2 }, inWorkingCopy: true, inPublished: false },
  ])
  expect(found[1]?.article).toMatchObject({ id: live, slug: 'live', status: 'published', isPublic: true })
  expect((await read(other)).map(({ article }) => article.id)).toEqual([live])

  // What is not public any more, nor in the working copy, is no backlink.
  await http.post(`${base}/${past}/unpublish`).set(bearer()).expect(200)
  await http.post(`${base}/${live}/unpublish`).set(bearer()).expect(200)
  expect((await read(target)).map(({ article, inPublished }) => [article.id, inPublished])).toEqual([
    [live, false],
    [draft, false],
  ])
})

it('backlinks are walked page by page, each article once', async () => {
  const server = await startServer()
  const { http } = server
  const target = await makeArticle(server, 'Target')
  const sources: string[] = []
  for (let number = 1; number <= 7; number += 1) {
    const id = await makeArticle(server, `Source ${number}`, [{ articleId: target }])
    if (number % 2 === 0) await http.post(`${base}/${id}/publish`).set(bearer()).expect(200)
    sources.push(id)
  }
  const seen: string[] = []
  let url: string | null = `${base}/${target}/backlinks?limit=3`
  while (url !== null) {
    const answer: { body: { data: Shown[]; page: { next: string | null } } } = await http
      .get(url)
      .set(bearer())
      .expect(200)
    const { body } = answer
    seen.push(...body.data.map(({ article }) => article.id))
    url = body.page.next && `${base}/${target}/backlinks?limit=3&cursor=${body.page.next}`
  }
  expect(seen).toEqual([...sources].reverse())
})

it('backlinks answer 404 for what is no article, and 400 for parameters and cursors that are not theirs', async () => {
  const server = await startServer()
  const { http } = server
  const one = await makeArticle(server, 'One')
  const two = await makeArticle(server, 'Two', [{ articleId: one }])
  await makeArticle(server, 'Three', [{ articleId: one }, { articleId: two }])
  const get = (path: string) => http.get(`${base}/${path}`).set(bearer())
  await get('018ced2a-4000-7000-8000-00000000a001/backlinks').expect(404)
  await get('nonsense/backlinks').expect(400)
  await get(`${one}/backlinks?sort=title`).expect(400)
  const { body } = await get(`${one}/backlinks?limit=1`).expect(200)
  expect((await get(`${two}/backlinks?limit=1&cursor=${body.page.next}`).expect(400)).body.code).toBe(
    'invalid-cursor',
  )
  await http.get(`${base}/${one}/backlinks`).expect(401)
  await http
    .get(`${base}/${one}/backlinks`)
    .set(bearer(await server.token('viewer')))
    .expect(200)
})
