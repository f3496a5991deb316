import { it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

it('answers everything in the form that the OpenAPI description gives', async () => {
  const { http } = await startServer({ seeded: true, env: { PUBLIC_URL: 'https://news.example' } })
  const get = async (path: string, url: string) => {
    const answer = await http.get(url).set(bearer())
    expectDescribed('get', path, answer)
    return answer
  }
  const slug = 'anthony-blinken-the-return-and-israel'
  const { body: article } = await get('/v1/articles/{idOrSlug}', `/v1/articles/${slug}`)
  for (const format of ['html', 'markdown', 'text', 'none', 'nonsense'])
    await get('/v1/articles/{idOrSlug}', `/v1/articles/${slug}?body=${format}`)
  await get('/v1/articles/{idOrSlug}', '/v1/articles/unknown')
  for (const part of ['related', 'ads'])
    await get(`/v1/articles/{idOrSlug}/${part}`, `/v1/articles/${slug}/${part}`)
  for (const list of ['articles', 'sections', 'tags', 'authors']) {
    await get(`/v1/${list}`, `/v1/${list}`)
    await get(`/v1/${list}`, `/v1/${list}?limit=0&nope=1`)
  }
  for (const format of ['jsonld', 'ninjs'])
    await get(`/v1/articles/{idOrSlug}/${format}`, `/v1/articles/${slug}/${format}`)
  for (const file of ['/feeds/articles.rss', '/feeds/articles.atom', '/feeds/articles.json'])
    for (const query of ['', '?section=city&tag=a,b', '?nope=1']) await get(file, file + query)
  for (const file of ['/sitemaps/index.xml', '/sitemaps/news.xml', '/robots.txt']) await get(file, file)
  for (const number of ['1', '2', 'x'])
    await get('/sitemaps/articles-{n}.xml', `/sitemaps/articles-${number}.xml`)
  await get('/healthz', '/healthz')
  await get('/readyz', '/readyz')
  await get('/openapi.json', '/openapi.json')
  await get('/manage/v1/articles', '/manage/v1/articles')
  await get('/manage/v1/articles/{id}', `/manage/v1/articles/${article.id}`)
  await get('/manage/v1/articles/{id}', '/manage/v1/articles/unknown')
  expectDescribed('get', '/manage/v1/articles', await http.get('/manage/v1/articles'))

  const send = async (
    method: 'post' | 'patch',
    path: string,
    url: string,
    input?: object,
    ifMatch?: string,
  ) => {
    const request = http[method](url).set(bearer())
    if (ifMatch) request.set('if-match', ifMatch)
    const answer = await request.send(input)
    expectDescribed(method, path, answer)
  }
  const one = `/manage/v1/articles/${article.id}`
  await send('post', '/manage/v1/articles', '/manage/v1/articles', {
    title: 'New',
    custom: { a: [1, { b: null }] },
  })
  await send('post', '/manage/v1/articles', '/manage/v1/articles', { title: 'New', slug: 'new' })
  await send('post', '/manage/v1/articles', '/manage/v1/articles', { nope: 1 })
  await send('patch', '/manage/v1/articles/{id}', one, { title: 'Changed' })
  await send('patch', '/manage/v1/articles/{id}', one, { title: 'Changed' }, '"9"')
  await send('patch', '/manage/v1/articles/{id}', one, { title: 'Changed' }, '*')
  await send('post', '/manage/v1/articles/{id}/publish', `${one}/publish`)
  await send('post', '/manage/v1/articles/{id}/unpublish', `${one}/unpublish`)
  await send('post', '/manage/v1/articles/{id}/unpublish', `${one}/unpublish`)
  await get('/v1/articles/{idOrSlug}', `/v1/articles/${slug}`)
})
