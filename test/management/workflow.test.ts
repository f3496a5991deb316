import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'

const act = ({ http }: TestServer, id: string, action: string, body?: object, who = bearer()) => {
  const request = http.post(`${base}/${id}/${action}`).set(who)
  return body === undefined ? request : request.send(body)
}

/** Makes an article and leads it to a state. */
async function articleIn(server: TestServer, state: string): Promise<string> {
  const { body } = await server.http
    .post(base)
    .set(bearer())
    .send({ title: `In ${state}` })
    .expect(201)
  const steps: Record<string, readonly (readonly [string, object?])[]> = {
    draft: [],
    'in-review': [['submit']],
    approved: [['submit'], ['approve']],
    scheduled: [['publish', { at: '2099-01-01T00:00:00Z' }]],
    published: [['publish']],
    unpublished: [['publish'], ['unpublish']],
    killed: [['kill', { reason: 'Wrong' }]],
  }
  for (const [action, input] of steps[state] ?? []) await act(server, body.id, action, input).expect(200)
  return body.id
}

const statuses = ['draft', 'in-review', 'approved', 'scheduled', 'published', 'unpublished', 'killed']

/** What an admin may do, and where it leads: everything that is not here is refused. */
const expected: Record<string, Record<string, string>> = {
  draft: { submit: 'in-review', publish: 'published', kill: 'killed' },
  'in-review': { approve: 'approved', reject: 'draft', publish: 'published', kill: 'killed' },
  approved: { reject: 'draft', publish: 'published', kill: 'killed' },
  scheduled: { publish: 'published', unschedule: 'draft', kill: 'killed' },
  published: { publish: 'published', unpublish: 'unpublished', kill: 'killed' },
  unpublished: { publish: 'published', kill: 'killed' },
  killed: { revive: 'draft' },
}
const inputs: Record<string, object | undefined> = { kill: { reason: 'Wrong' } }
const allActions = ['submit', 'approve', 'reject', 'publish', 'unschedule', 'unpublish', 'kill', 'revive']

describe('the states of an article', () => {
  it.each(statuses)('%s allows what the table says, and nothing else', async (status) => {
    const server = await startServer()
    const id = await articleIn(server, status)
    const { body: shown } = await server.http.get(`${base}/${id}`).set(bearer()).expect(200)
    expect(shown.status).toBe(status)
    // A copy is made of anything that was not killed.
    const allowed = [...Object.keys(expected[status] ?? {}), ...(status === 'killed' ? [] : ['duplicate'])]
    expect([...shown.allowedActions].sort()).toEqual(allowed.sort())
    for (const action of allActions) {
      const outcome = expected[status]?.[action]
      const subject = outcome === undefined ? id : await articleIn(server, status)
      const answer = await act(server, subject, action, inputs[action])
      expectDescribed('post', `${base}/{id}/${action}`, answer)
      if (outcome === undefined) {
        expect(answer.status, action).toBe(409)
        expect(answer.body).toMatchObject({ code: 'invalid-transition', currentStatus: status })
      } else {
        expect(answer.status, action).toBe(200)
        expect(answer.body.status, action).toBe(outcome)
      }
    }
  })

  it('are led by those who may: a writer submits own drafts, an editor reviews, an admin revives', async () => {
    const server = await startServer()
    const [writer, other, editor] = [
      bearer(await server.token('writer')),
      bearer(await server.token('writer')),
      bearer(await server.token('editor')),
    ]
    const { body } = await server.http.post(base).set(writer).send({ title: 'Mine' }).expect(201)
    await act(server, body.id, 'submit', undefined, other).expect(403)
    const submitted = await act(server, body.id, 'submit', undefined, writer).expect(200)
    expect(submitted.body.allowedActions).toEqual(['duplicate'])
    await act(server, body.id, 'approve', undefined, writer).expect(403)
    await act(server, body.id, 'approve', undefined, editor).expect(200)
    await act(server, body.id, 'kill', { reason: 'Wrong' }, writer).expect(403)
    await act(server, body.id, 'kill', { reason: 'Wrong' }, editor).expect(200)
    await act(server, body.id, 'revive', undefined, editor).expect(403)
    await act(server, body.id, 'revive').expect(200)
  })
})

describe('kill', () => {
  it('takes the article from everything public at once and tells why; its note stays inside', async () => {
    const server = await startServer()
    const { http } = server
    const id = await articleIn(server, 'published')
    const main = await http.post(base).set(bearer()).send({ title: 'Main' }).expect(201)
    await http
      .put(`${base}/${main.body.id}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({ links: [{ articleId: id }] })
      .expect(200)
    await act(server, main.body.id, 'publish').expect(200)
    expect((await http.get('/v1/articles/main').expect(200)).body.related).toHaveLength(1)

    const killed = await act(server, id, 'kill', { reason: 'A hoax.', note: 'Call from the desk' }).expect(
      200,
    )
    expect(killed.body).toMatchObject({
      status: 'killed',
      publishedVersion: null,
      allowedActions: ['revive'],
    })
    expect(JSON.stringify(killed.body)).not.toContain('Call from the desk')
    for (const address of [`/v1/articles/${id}`, '/v1/articles/in-published']) {
      const gone = await http.get(address).expect(410)
      expect(gone.body).toMatchObject({ code: 'article-gone', reason: 'killed', publicReason: 'A hoax.' })
      expect(JSON.stringify(gone.body)).not.toContain('Call from the desk')
    }
    expect((await http.get('/v1/articles/main').expect(200)).body.related).toEqual([])
    expect((await http.get('/v1/articles').expect(200)).body.data).toHaveLength(1)

    await act(server, id, 'revive').expect(200)
    await http.get(`/v1/articles/${id}`).expect(410)
    await act(server, id, 'publish').expect(200)
    await http.get(`/v1/articles/${id}`).expect(200)
  })

  it('of what was never public leaves it unknown, and of what was taken back changes the reason', async () => {
    const server = await startServer()
    const { http } = server
    const draft = await articleIn(server, 'draft')
    await act(server, draft, 'kill', { reason: 'Wrong' }).expect(200)
    await http.get(`/v1/articles/${draft}`).expect(404)
    const unpublished = await articleIn(server, 'unpublished')
    await act(server, unpublished, 'kill', { reason: 'Wrong' }).expect(200)
    expect((await http.get(`/v1/articles/${unpublished}`).expect(410)).body.reason).toBe('killed')
    await act(server, draft, 'revive').expect(200)
    expect((await act(server, draft, 'kill', { reason: ' ' }).expect(422)).body.errors[0].pointer).toBe(
      '/reason',
    )
    await act(server, draft, 'kill', {}).expect(422)
  })

  it('cancels what was scheduled', async () => {
    const server = await startServer()
    const id = await articleIn(server, 'scheduled')
    const { body } = await act(server, id, 'kill', { reason: 'Wrong' }).expect(200)
    expect(body).toMatchObject({ scheduledAt: null, unpublishAt: null })
    expect((await server.http.get('/manage/v1/schedule').set(bearer()).expect(200)).body.data).toEqual([])
  })
})

describe('corrections', () => {
  it('are live at once without the other edits, and stay through every publish', async () => {
    const server = await startServer()
    const { http } = server
    const id = await articleIn(server, 'published')
    const before = (await http.get(`/v1/articles/${id}`).expect(200)).body
    await http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*').send({ title: 'Unseen' }).expect(200)
    const corrected = await act(server, id, 'corrections', { text: 'The first version was wrong.' }).expect(
      200,
    )
    expectDescribed('post', `${base}/{id}/corrections`, corrected)
    expect(corrected.body).toMatchObject({ version: 4, publishedVersion: 2, hasUnpublishedChanges: true })
    const shown = (await http.get(`/v1/articles/${id}`).expect(200)).body
    expect(shown.corrections).toEqual([
      { at: expect.stringMatching(/Z$/), text: 'The first version was wrong.' },
    ])
    expect({ ...shown, corrections: [] }).toEqual(before)

    await act(server, id, 'corrections', { text: 'And the second.' }).expect(200)
    await act(server, id, 'publish').expect(200)
    await act(server, id, 'unpublish').expect(200)
    await act(server, id, 'publish').expect(200)
    const { body } = await http.get(`/v1/articles/${id}`).expect(200)
    expect(body.title).toBe('Unseen')
    expect(body.corrections.map((each: { text: string }) => each.text)).toEqual([
      'The first version was wrong.',
      'And the second.',
    ])
  })

  it('are refused where nothing is public, and without words', async () => {
    const server = await startServer()
    const draft = await articleIn(server, 'draft')
    await act(server, draft, 'corrections', { text: 'Wrong' }).expect(409)
    const published = await articleIn(server, 'published')
    await act(server, published, 'corrections', { text: '  ' }).expect(422)
    await act(server, published, 'corrections', {}).expect(422)
  })
})
