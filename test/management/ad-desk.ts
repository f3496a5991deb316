import { bearer, type TestServer } from '../support/server.ts'

type Thing = { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>

/** Makes and changes what ads are made of, by the API. */
export function adDesk({ http }: Pick<TestServer, 'http'>) {
  const manage = '/manage/v1'
  let count = 0

  async function make(path: string, body: object): Promise<Thing> {
    return (
      await http
        .post(manage + path)
        .set(bearer())
        .send(body)
        .expect(201)
    ).body
  }

  return {
    make,

    async patch(path: string, body: object): Promise<Thing> {
      const request = http
        .patch(manage + path)
        .set(bearer())
        .set('if-match', '*')
        .send(body)
      return (await request.expect(200)).body
    },

    async act(path: string): Promise<Record<string, unknown>> {
      return (
        await http
          .post(manage + path)
          .set(bearer())
          .expect(200)
      ).body
    },

    slot: (more: object = {}): Promise<Thing> => {
      count += 1
      return make('/ad-slots', { key: `slot-${count}`, name: `Slot ${count}`, place: 'after-body', ...more })
    },

    creative: (more: object = {}): Promise<Thing> =>
      make('/creatives', { title: 'Electric Scooter X', format: 'text', ...more }),

    /** On the whole site where nothing else is said. */
    place: (slot: Thing, creative: Thing, more: object = {}): Promise<Thing> =>
      make('/ad-placements', {
        ...{ slotId: slot.id, creativeId: creative.id, scope: { type: 'site' } },
        ...more,
      }),

    /** A published article. */
    async article(more: object = {}): Promise<Thing & { readonly slug: string }> {
      const made = await make('/articles', { title: 'Harbour bridge', ...more })
      await http.post(`${manage}/articles/${made.id}/publish`).set(bearer()).expect(200)
      return made as Thing & { readonly slug: string }
    },

    async section(name: string): Promise<Thing & { readonly slug: string }> {
      return (await make('/sections', { name })) as Thing & { readonly slug: string }
    },
  }
}
