import { bearer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'

/** Makes so many drafts, and answers their ids. */
export async function makeDrafts({ http }: TestServer, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { body } = await http
      .post(base)
      .set(bearer())
      .send({ title: `Planned ${index}` })
      .expect(201)
    ids.push(body.id)
  }
  return ids
}

/** Plans the publication of an article for an instant, in milliseconds since 1970. Answers its status. */
export async function planFor({ http }: TestServer, id: string, ms: number): Promise<string> {
  const at = new Date(ms).toISOString()
  const { body } = await http.post(`${base}/${id}/publish`).set(bearer()).send({ at }).expect(200)
  return body.status
}
