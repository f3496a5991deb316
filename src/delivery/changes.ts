import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { publicChange, sinceParameter } from '../contract/public-change.ts'
import { numberKey, pageAt, readCursor } from '../http/list.ts'
import type { PublicDb } from '../store/index.ts'
import type { Answering } from './answering.ts'

interface DeliveryOptions {
  readonly db: PublicDb
  readonly answering: Answering
}

const parameters = z.strictObject({
  since: sinceParameter,
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})

const description = `What happened to what is public, the oldest first: to keep a copy of it right, or to drop it from a cache. What happens to drafts is not among it and leaves no gap.

**To keep a copy**: ask \`?count=true&limit=1\`, whose \`page.total\` is the number of the newest change. Read the lists. Then ask for the changes since that number, again and again: follow \`page.next\` to the end, and go on from the last \`seq\` that you got. \`article.published\` and \`.corrected\` say that an article is to be read again, at the id or the slug, which may be a new one; it may have changed once more by then, and more changes follow. \`article.unpublished\` and \`.killed\` say that it is to be dropped; nothing is told when it goes to the trash or is deleted later. \`section.updated\`, \`tag.updated\` and \`author.updated\` give a new name or slug to what carries its id, within articles too; \`section.deleted\` and \`collection.deleted\` drop it. Tags and authors come and go with the articles that have them, and what an article counts in, stands in or is related to follows from its own changes. \`collection.updated\`: read it again, at its key. Ads change with the clock as well: changes of slots, creatives and placements say that something did, and ads are read when they are shown.

Where a cache stands in front, or several instances answer, what is read right after its change may still be what it was: read it once more when \`max-age\` is over.`

/** The public changes, for those who keep a copy of what is public. */
export const deliverChanges: FastifyPluginAsyncZod<DeliveryOptions> = async (app, { db, answering }) => {
  app.get(
    '/v1/changes',
    {
      schema: {
        operationId: 'listChanges',
        tags: ['Delivery'],
        summary: 'List what happened to what is public, the oldest first',
        description,
        querystring: parameters,
        response: { 200: listOf(publicChange) },
      },
      config: { errors: ['invalid-cursor', 'change-unknown'] },
    },
    async (request, reply) => {
      const { since = 0, cursor, limit, count } = request.query
      const scope = ['changes', since]
      // The number of a change is its place, and all that there is to tell of it.
      const [last] = readCursor(cursor, scope, numberKey, (key) => key === '') ?? []
      const after = Math.max(since, Number(last ?? 0))
      await refuseUnknown(db, after)
      return answering(request, reply, async (published) => {
        const found = await published.listChanges({ after, limit: limit + 1 })
        const items = found.slice(0, limit)
        const end = items.at(-1)
        const next = found.length > limit && end ? ([String(end.seq), ''] as const) : null
        const total = count ? Math.max(0, (await published.findState()).seq - since) : undefined
        const page = { items, next, total }
        return {
          ...pageAt(request.url, page, { limit, scope, show: (change) => change }),
          cacheTags: ['list:changes'],
        }
      })
    },
  )
}

/**
 * Throws `change-unknown` for a number beyond the newest. It is looked up and not answered from the cache, because this
 * instance may not have heard yet of a change that another one has told of.
 */
async function refuseUnknown(db: PublicDb, seq: number): Promise<void> {
  if (seq <= (db.publicVersion() ?? 0)) return
  const { seq: newest } = await db.published((published) => published.findState(), {
    atLeast: seq,
  })
  if (seq <= newest) return
  throw new Problem(
    'change-unknown',
    `The newest change is ${newest}; there is no ${seq}. Read everything again.`,
    { extensions: { newest } },
  )
}
