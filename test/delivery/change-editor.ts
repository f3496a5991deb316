import { v7 as newId } from 'uuid'
import { systemActor } from '../../src/contract/permissions.ts'
import { bearer, type TestServer } from '../support/server.ts'

const manage = '/manage/v1'

/** What an editor does whose changes are followed. */
export function editorOf({ http, db }: TestServer) {
  async function write(method: 'post' | 'patch' | 'put' | 'delete', path: string, body?: object) {
    const sent = http[method](`${manage}${path}`).set(bearer()).set('if-match', '*')
    const answer = await (body ? sent.send(body) : sent)
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  return {
    write,

    async publish(title: string, content: object = {}): Promise<string> {
      const { id } = await write('post', '/articles', { title, ...content })
      await write('post', `/articles/${id}/publish`)
      return id
    },

    /** Tells of so many changes at once, of sections that are not there; their slugs may be long. */
    async tell(count: number, slugOf = (number: number) => `section-${number}`): Promise<void> {
      for (let done = 0; done < count; done += 100)
        await db.write(async (tx) => {
          await tx.changes.append(
            Array.from({ length: Math.min(100, count - done) }, (_, index) => ({
              type: 'section.created',
              subject: { type: 'section', id: newId(), slug: slugOf(done + index) },
              actor: { tokenId: null, name: systemActor.name, role: null },
              payload: {},
              visibility: 'public',
            })),
          )
        })
    },
  }
}

export type Editor = ReturnType<typeof editorOf>
