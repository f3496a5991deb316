import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { LRUCache } from 'lru-cache'
import { selectAds } from '../ads/select.ts'
import { type DecisionsInput, decisions, decisionsInput } from '../contract/ad-choice.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import { jsonType } from '../http/conditional.ts'
import type { AdInventory, AskedPage } from '../store/ad-inventory.ts'
import type { AdCandidate, StoredSlot } from '../store/ad-placements.ts'
import type { PublicDb } from '../store/index.ts'
import { placementView, type ViewContext } from './views.ts'

interface DecisionOptions {
  readonly db: PublicDb
  readonly context: ViewContext
  /** Bytes that what is known of pages may take; 0 for none. */
  readonly maxBytes: number
  /** Gives numbers from 0 to below 1. */
  readonly random?: () => number
}

/** What is known of a page, as long as nothing public changes. */
interface KnownPage {
  /** Undefined for an article that is not public. */
  readonly inventory: AdInventory | undefined
  readonly slots: readonly StoredSlot[]
  /** The newest public change in the snapshot that it was read from. */
  readonly version: number
  /** Placements as they are sent on a day, by their ids: their tokens change at midnight UTC. */
  readonly written: Map<string, string>
  readonly day: number
}

const dayMs = 86_400_000

/** Ads that are chosen anew for every page view. Nothing of who asks is known or kept. */
export const deliverAdDecisions: FastifyPluginAsyncZod<DecisionOptions> = async (
  app,
  { db, context, maxBytes, random = Math.random },
) => {
  const pages = new LRUCache<string, KnownPage>({ maxSize: Math.max(1, maxBytes), sizeCalculation: sizeOf })

  app.post(
    '/v1/ads/decisions',
    {
      schema: {
        operationId: 'decideAds',
        tags: ['Delivery'],
        summary: 'Choose ads for the slots of a page by lot',
        description:
          'In each slot the stronger priority goes first; within it the weights decide how often a placement is chosen, none twice. All slots of a page in one request: competitors are then kept apart. The answer is another one each time and is not to be cached; nothing of the reader is asked or kept.',
        body: decisionsInput,
        response: { 200: decisions },
      },
    },
    async (request, reply) => {
      const { slots: keys } = request.body
      const nowMs = context.clock()
      const page = await knownPage(request.body, nowMs)
      const slots = slotsOf(keys, page)
      return sendText(reply, answerOf(keys, slots, page, nowMs))
    },
  )

  /** What is known of the page now: read once for each public change and page. */
  async function knownPage({ articleId, section, tags }: DecisionsInput, nowMs: number): Promise<KnownPage> {
    const version = db.publicVersion()
    const asked = { articleId, section, tags: tags && [...tags].sort() }
    const key = JSON.stringify(asked)
    const day = Math.floor(nowMs / dayMs)
    const known = pages.get(key)
    if (known && known.version === version && known.day === day) return known
    const read = { ...(await readPage(asked, nowMs)), day, written: new Map<string, string>() }
    if (maxBytes > 0 && version !== undefined) pages.set(key, read)
    return read
  }

  function readPage(asked: AskedPage, nowMs: number) {
    const now = new Date(nowMs).toISOString()
    return db.published(async (published) => {
      const inventory = await published.findAdInventory(asked, now)
      // Those of any page: whoever asks for an article that is not there is told of slots that are not there, too.
      const slots = (inventory ?? (await published.findAdInventory({}, now)))?.slots ?? []
      return { inventory, slots, version: (await published.findState()).seq }
    })
  }

  /** As JSON. */
  function answerOf(
    keys: readonly string[],
    slots: readonly StoredSlot[],
    { inventory, written }: KnownPage,
    nowMs: number,
  ): string {
    const choices = inventory
      ? selectAds({ ...inventory, slots, now: new Date(nowMs).toISOString(), random })
      : []
    const shown = new Map(choices.map(({ slot, chosen }) => [slot.key, chosen]))
    const write = (candidate: AdCandidate): string => {
      const known = written.get(candidate.id)
      if (known !== undefined) return known
      const view = placementView(candidate, inventory?.articleId ?? null, context.adTokenKey, nowMs)
      const text = JSON.stringify(view)
      written.set(candidate.id, text)
      return text
    }
    const parts = keys.map((key) => {
      const placements = (shown.get(key) ?? []).map(write)
      return `{"slot":${JSON.stringify(key)},"placements":[${placements.join()}]}`
    })
    return `{"slots":[${parts.join()}]}`
  }
}

/** Sends JSON that is written already: to check it against its schema would take longer than the choice. */
function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type(jsonType).send(text)
}

/** The slots of these keys. Throws `invalid-body` naming those that are not there, and an article that is not public. */
function slotsOf(keys: readonly string[], { inventory, slots: known }: KnownPage): StoredSlot[] {
  const faults: Fault[] = []
  const missing = (pointer: string, what: string) =>
    faults.push({ pointer, code: 'not-found', detail: `there is no such ${what}` })
  if (!inventory) missing('/articleId', 'published article')
  const slots = keys.flatMap((key, index) => {
    const slot = known.find((one) => one.key === key)
    if (!slot) missing(`/slots/${index}`, 'ad slot')
    return slot ?? []
  })
  if (faults.length > 0)
    throw new Problem('invalid-body', 'The page is not one that ads can be chosen for.', { errors: faults })
  return slots
}

/** What an entry takes, roughly: what is written of a placement has about the size of its creative again. */
function sizeOf({ inventory }: KnownPage, key: string): number {
  const candidates = inventory?.candidates ?? []
  const html = candidates.reduce((sum, { creative }) => sum + 4 * (creative.html?.length ?? 0), 0)
  const anchorBytes = 64 * (inventory?.page.anchors?.length ?? 0)
  return 2_048 + 2 * key.length + 2_048 * candidates.length + html + anchorBytes
}
