import { v7 as newId } from 'uuid'
import type { AdPlace } from '../../src/contract/ad.ts'
import { edgesOf } from '../../src/contract/ad-window.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { startSite } from './site.ts'

interface Ad {
  readonly place: AdPlace
  readonly title: string
  readonly label?: string
  readonly afterBlock?: number
  readonly clickUrl?: string
  readonly html?: string
  readonly sizes?: string[]
}

export interface Newsroom {
  readonly server: TestServer
  /** Where the example listens. */
  readonly site: string
  /** Makes a thing of management with these members and answers its id. */
  make(kind: string, members: object): Promise<string>
  /** Makes an article, publishes it and answers its id. */
  publish(members: object, related?: readonly object[]): Promise<string>
  act(id: string, action: string, members?: object): Promise<void>
  change(id: string, members: object): Promise<void>
}

/** A seeded server and the example in front of it. */
export async function openNewsroom(): Promise<Newsroom> {
  const server = await startServer({ seeded: true })
  const { http, app } = server
  const [api = ''] = app.listeningOrigin.split(' ')
  const site = await startSite(api)
  const make = async (kind: string, members: object): Promise<string> => {
    const { body } = await http.post(`/manage/v1/${kind}`).set(bearer()).send(members).expect(201)
    return body.id
  }
  const act = async (id: string, action: string, members: object = {}) => {
    await http.post(`/manage/v1/articles/${id}/${action}`).set(bearer()).send(members).expect(200)
  }
  const any = { ...bearer(), 'if-match': '*' }
  return {
    server,
    site,
    make,
    act,
    change: async (id, members) => {
      await http.patch(`/manage/v1/articles/${id}`).set(any).send(members).expect(200)
      await act(id, 'publish')
    },
    publish: async (members, related = []) => {
      const id = await make('articles', members)
      await http.put(`/manage/v1/articles/${id}/related`).set(any).send({ links: related }).expect(200)
      await act(id, 'publish')
      return id
    },
  }
}

/** One slot a place, with one ad on this article alone. Nothing checks what it says: it may be anything. */
export async function placeAds({ db }: TestServer, articleId: string, ads: readonly Ad[]): Promise<void> {
  await db.write(async (tx) => {
    const first = { version: 1, createdAt: tx.now, updatedAt: tx.now }
    for (const { place, title, label, afterBlock, clickUrl, html, sizes = [] } of ads) {
      const slotId = newId()
      const creativeId = newId()
      const slot = { id: slotId, key: `test-${place}`, name: place, place, sizes: [], maxPlacements: 1 }
      await tx.ads.insertSlot({
        ...slot,
        afterBlock: afterBlock ?? null,
        label: label ?? 'Advertisement',
        ...first,
      })
      await tx.ads.insertCreative({
        id: creativeId,
        title,
        format: html === undefined ? 'text' : 'html',
        clickUrl: clickUrl ?? null,
        html: html ?? null,
        sizes,
        exclusionLabels: [],
        ...first,
      })
      await tx.ads.insertPlacement({
        id: newId(),
        slotId,
        creativeId,
        position: 1,
        scopeType: 'article',
        scopeId: articleId,
        startsAt: null,
        endsAt: null,
        heldUntil: null,
        ...edgesOf({ startsAt: null, endsAt: null, heldUntil: null }, tx.now),
        priority: 'standard',
        weight: 1,
        goal: null,
        status: 'active',
        ...first,
      })
    }
  })
}
