import type { InjectOptions } from 'fastify'
import { bearer, type TestServer } from '../support/server.ts'

/** What the API answers when something was made. */
export interface Made {
  readonly id: string
  readonly slug?: string
  /** Of tokens. */
  readonly token?: string
  /** Of previews. */
  readonly url?: string
}

/** A write of the management API with all permissions, whose path begins behind `/manage/v1`. Throws when it is refused. */
export type Write = (
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Made>

export function writesOf({ app }: TestServer): Write {
  return async (method, path, body) => {
    const request: InjectOptions = { method, url: `/manage/v1${path}`, headers: bearer() }
    if (method !== 'POST') request.headers = { ...bearer(), 'if-match': '*' }
    if (body) request.payload = body
    const { statusCode, body: text } = await app.inject(request)
    if (statusCode >= 300) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${statusCode} ${text}`)
    return text === '' ? { id: '' } : JSON.parse(text)
  }
}
