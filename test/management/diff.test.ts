import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const block = (_key: string, text = _key) => ({
  _type: 'block',
  _key,
  children: [{ _type: 'span', _key: 's', text }],
})

async function startWithArticle() {
  const { http } = await startServer()
  const { body: article } = await http
    .post(base)
    .set(bearer())
    .send({ title: 'One', body: ['a', 'b', 'c'].map((key) => block(key)) })
    .expect(201)
  const url = `${base}/${article.id}`
  return {
    http,
    url,
    diff: (query: string) => http.get(`${url}/diff${query}`).set(bearer()),
    patch: (change: object) => http.patch(url).set(bearer()).set('if-match', '*').send(change).expect(200),
    act: (action: string) => http.post(`${url}/${action}`).set(bearer()).expect(200),
  }
}

describe('the difference between two versions', () => {
  it('is a bare JSON Patch that moves what moved and changes what changed', async () => {
    const { diff, patch } = await startWithArticle()
    await patch({ title: 'Two', body: [block('c', 'changed'), block('a'), block('n'), block('b')] })
    const answer = await diff('?from=1&to=2').expect(200)
    expectDescribed('get', `${base}/{id}/diff`, answer)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.body).toEqual([
      { op: 'replace', path: '/title', value: 'Two' },
      { op: 'move', from: '/body/2', path: '/body/0' },
      { op: 'add', path: '/body/2', value: expect.objectContaining({ _key: 'n' }) },
      { op: 'replace', path: '/body/0/children/0/text', value: 'changed' },
    ])
    expect((await diff('?from=1').expect(200)).body).toEqual(answer.body)
    expect((await diff('?from=2&to=1').expect(200)).body[0]).toEqual({
      op: 'replace',
      path: '/title',
      value: 'One',
    })
    expect((await diff('?from=2&to=2').expect(200)).body).toEqual([])
  })

  it('tells what the next publish would change, when nothing is asked for', async () => {
    const { diff, patch, act, http, url } = await startWithArticle()
    const none = await diff('').expect(400)
    expectDescribed('get', `${base}/{id}/diff`, none)
    expect(none.body).toMatchObject({
      code: 'invalid-parameter',
      errors: [{ parameter: 'from', code: 'required' }],
    })
    await diff('?to=1').expect(400)
    await act('publish')
    expect((await diff('').expect(200)).body).toEqual([])
    await patch({ subtitle: 'Sub' })
    await http
      .put(`${url}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({ links: [{ title: 'L' }] })
      .expect(200)
    expect((await diff('').expect(200)).body).toEqual([
      { op: 'replace', path: '/subtitle', value: 'Sub' },
      { op: 'add', path: '/related/0', value: expect.objectContaining({ title: 'L', position: 1 }) },
    ])
    await act('publish')
    expect((await diff('').expect(200)).body).toEqual([])
    await act('unpublish')
    await diff('').expect(400)
  })

  it('has the media type of JSON Patch for who asks for it', async () => {
    const { diff } = await startWithArticle()
    const typeFor = async (accept: string) =>
      (await diff('?from=1').set('accept', accept).expect(200)).headers['content-type']
    for (const accept of [
      'application/json-patch+json',
      'application/json, application/json-patch+json',
      'text/html, Application/JSON-Patch+JSON;q=0.5',
    ])
      expect(await typeFor(accept)).toMatch(/^application\/json-patch\+json/)
    for (const accept of [
      '*/*',
      'application/json',
      'application/*',
      'application/json-patch+json;q=0',
      'application/json, application/json-patch+json;q=0.9',
    ])
      expect(await typeFor(accept)).toBe('application/json; charset=utf-8')
  })

  it('refuses other parameters, and those that are sent twice', async () => {
    const { diff } = await startWithArticle()
    for (const query of ['?from=1&from=1', '?from=1&until=2', '?from=', '?from=1,2'])
      await diff(query).expect(400)
  })
})
