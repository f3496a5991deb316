import { expect } from 'vitest'
import { bearer, startServer, type TestServer } from '../support/server.ts'

export const base = '/manage/v1/articles'

/** A body of one paragraph for each text. */
export function paragraphs(...texts: string[]): object[] {
  return texts.map((text) => ({ _type: 'block', children: [{ _type: 'span', text }] }))
}

interface Found {
  readonly id: string
  readonly title: string
  readonly highlights: readonly { readonly field: string; readonly ranges: readonly [number, number][] }[]
}

/** A server, and what an editor does with it. */
export async function startDesk(server?: TestServer) {
  const { http, ...rest } = server ?? (await startServer())
  const send = (path: string) => http.post(path).set(bearer())

  async function make(input: object | string): Promise<{ id: string; title: string; slug: string }> {
    for (let tries = 1; ; tries += 1) {
      const { status, text, body } = await send(base).send(
        typeof input === 'string' ? { title: input } : input,
      )
      if (status === 201) return body
      // The longest may not be written in time on a busy machine, and is to be sent again.
      if (status !== 503 || tries === 5) expect(status, text).toBe(201)
    }
  }

  const list = (parameters: Record<string, string | string[]>) =>
    http.get(base).set(bearer()).query(parameters)

  return {
    ...rest,
    http,
    make,
    list,
    publish: (id: string) => send(`${base}/${id}/publish`).expect(200),
    patch: (id: string, change: object) =>
      http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*').send(change).expect(200),

    /** What is found, in order. */
    async find(q: string, parameters: Record<string, string> = {}): Promise<Found[]> {
      const { status, body } = await list({ q, limit: '100', ...parameters })
      expect(status, `${q}: ${body.detail}`).toBe(200)
      return body.data
    },

    /** The titles of what is found, by name. */
    async titles(q: string, parameters: Record<string, string> = {}): Promise<string[]> {
      const { body } = await list({ q, limit: '100', ...parameters }).expect(200)
      return body.data.map((article: Found) => article.title).sort()
    },
  }
}
