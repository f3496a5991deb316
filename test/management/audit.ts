import type { EventView } from '../../src/contract/event.ts'
import { adminToken, bearer, type TestServer } from '../support/server.ts'

export const eventsPath = '/manage/v1/events'

/** Requests of one token, and what the log has of them. */
export function auditDesk({ http }: TestServer, token: string = adminToken) {
  const headers = { ...bearer(token), 'if-match': '*' }
  const send = async (method: 'post' | 'put' | 'patch' | 'delete', path: string, input?: object) => {
    const answer = await http[method](`/manage/v1${path}`).set(headers).send(input)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const page = async (query: string) => {
    const { body } = await http.get(`${eventsPath}?${query}`).set(bearer()).expect(200)
    return body as { data: EventView[]; page: { next: string | null; total?: number } }
  }

  return {
    post: (path: string, input?: object) => send('post', path, input),
    put: (path: string, input: object) => send('put', path, input),
    patch: (path: string, input: object) => send('patch', path, input),
    delete: (path: string) => send('delete', path),
    page,
    /** The newest event. */
    async newest(): Promise<EventView> {
      const [event] = (await page('limit=1')).data
      if (!event) throw new Error('nothing happened')
      return event
    },
    /** Every event that the query chooses, page by page. */
    async all(query = ''): Promise<EventView[]> {
      const events: EventView[] = []
      for (let next: string | null = '', rest = ''; next !== null; rest = `&cursor=${next}`) {
        const { data, page: position } = await page(`limit=100&${query}${rest}`)
        events.push(...data)
        next = position.next
      }
      return events
    },
  }
}

/** A body of one paragraph. */
export function bodyOf(...paragraphs: string[]) {
  return paragraphs.map((text, index) => ({
    _type: 'block',
    _key: `k${index}`,
    style: 'normal',
    children: [{ _type: 'span', _key: `s${index}`, text, marks: [] }],
    markDefs: [],
  }))
}
