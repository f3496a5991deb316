import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { bearer, startServer } from '../support/server.ts'

const page = (text: string) => `Harbour bridge reopens\n\nThe bridge is open again. ${text}\n`

async function importing() {
  const databaseUrl = await temporaryDatabase()
  const file = join(temporaryFolder(), 'page.txt')
  const server = await startServer({ databaseUrl })
  const run = async (text: string, ...options: string[]) => {
    writeFileSync(file, page(text))
    const exit = await callProgram(['import', ...options, file], { DATABASE_URL: databaseUrl })
    expect(exit.code).toBe(0)
    return exit.stdout
  }
  const article = async () => {
    const { body } = await server.http.get('/manage/v1/articles').set(bearer()).expect(200)
    return body.data[0] as { id: string; version: number; status: string }
  }
  return { ...server, run, article }
}

describe('import --publish', () => {
  it('does not overrule an embargo', async () => {
    const { http, run, article } = await importing()
    await run('One.')
    const { id } = await article()
    const embargoUntil = '2999-01-01T00:00:00Z'
    await http
      .patch(`/manage/v1/articles/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ embargoUntil })
      .expect(200)
    expect(await run('One.', '--publish')).toContain(
      'unchanged harbour-bridge-reopens, not published because it is embargoed',
    )
    expect(await run('Two.', '--publish')).toContain(
      'updated harbour-bridge-reopens, not published because it is embargoed',
    )
    await http.get('/v1/articles/harbour-bridge-reopens').expect(404)
    expect((await article()).status).toBe('draft')
  })

  it('does not publish again what an editor took back', async () => {
    const { http, run, article } = await importing()
    await run('One.', '--publish')
    const { id } = await article()
    await http.post(`/manage/v1/articles/${id}/unpublish`).set(bearer()).expect(200)
    expect(await run('Two.', '--publish')).toContain('not published because it is unpublished')
    await http.get('/v1/articles/harbour-bridge-reopens').expect(410)
  })

  it('leaves alone what an editor killed, and does not publish before its time what an editor planned', async () => {
    const { http, run, article } = await importing()
    await run('One.')
    const { id } = await article()
    const act = (action: string, input: object) =>
      http.post(`/manage/v1/articles/${id}/${action}`).set(bearer()).send(input).expect(200)
    await act('publish', { at: '2099-01-01T00:00:00Z' })
    expect(await run('One.', '--publish')).toContain('not published because it is scheduled')
    await http.get('/v1/articles/harbour-bridge-reopens').expect(404)
    await act('unschedule', {})
    await act('publish', {})
    await act('kill', { reason: 'Wrong' })
    const { version } = await article()
    expect(await run('Two.', '--publish')).toContain(
      'unchanged harbour-bridge-reopens, left alone because it is killed',
    )
    expect((await article()).version).toBe(version)
  })

  it('leaves alone what an editor put into the trash, and makes it anew once it is deleted', async () => {
    const { http, run, article } = await importing()
    await run('One.')
    const { id } = await article()
    const remove = (query = '') =>
      http.delete(`/manage/v1/articles/${id}${query}`).set(bearer()).set('if-match', '*').expect(204)
    await remove()
    for (const [text, options] of [
      ['One.', []],
      ['Two.', []],
      ['Two.', ['--publish']],
    ] as const)
      expect(await run(text, ...options)).toContain(
        'unchanged harbour-bridge-reopens, left alone because it is in the trash',
      )
    const { body } = await http.get(`/manage/v1/articles/${id}`).set(bearer()).expect(200)
    expect(body).toMatchObject({ version: 2, status: 'draft' })
    await remove('?permanent=true')
    expect(await run('Two.', '--publish')).toContain('created harbour-bridge-reopens')
    expect((await article()).id).not.toBe(id)
    await http.get('/v1/articles/harbour-bridge-reopens').expect(200)
  })

  it('publishes a draft of the same page with what editors made of it', async () => {
    const { http, run, article } = await importing()
    await run('One.')
    const { id } = await article()
    await http
      .patch(`/manage/v1/articles/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ subtitle: 'Edited' })
      .expect(200)
    expect(await run('One.', '--publish')).toContain('updated harbour-bridge-reopens')
    expect((await http.get('/v1/articles/harbour-bridge-reopens').expect(200)).body.subtitle).toBe('Edited')
    expect(await run('One.', '--publish')).toContain('unchanged')
  })
})

it('the import of a draft with ads leaves no public trace', async () => {
  const { db, http, run } = await importing()
  const before = await http.get('/v1/articles').expect(200)
  await run('\n\nThis article is originally published on\n\nScooter XScooter X')
  const after = await http.get('/v1/articles').expect(200)
  expect((await db.published((published) => published.findState())).seq).toBe(0)
  expect(after.text).toBe(before.text)
  expect(after.headers['last-modified']).toBe(before.headers['last-modified'])
})
