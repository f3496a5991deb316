import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { archiveOf } from '../exports/archive.ts'
import { createPlaces } from '../http/places.ts'
import { sendStream, streamTimeoutMs } from '../http/streams.ts'
import type { Db } from '../store/index.ts'
import { ndjsonType } from './event-export.ts'

/** Each has a connection of its own for as long as its client takes. */
const mostAtOnce = 2
/** For one of them to end. */
const longestWaitMs = 2_000

const description = `Everything that a newsroom owns, as NDJSON, a line for each thing: sections, tags, authors, advertisers, creatives, ad slots, articles with their published copies, links, corrections, old addresses and earlier versions, what is left of deleted articles, collections, ad placements and sellers. Drafts and the trash are among it; tokens, secrets, counts and the audit log are not.

It is one state of the database, in an order that depends on nothing but what is there. The last line has the type \`end\` and says how many lines of each type there are: an archive without it was cut off, and so was an answer that breaks off. \`POST /manage/v1/import\` and \`copydesk import\` restore it exactly, on either database; \`openapi/export-line.schema.json\` describes each line.

A client that takes nothing for 30 seconds is cut off. At most ${mostAtOnce} exports run at once; others wait a little, and are answered 503 then.`

const example = [
  { type: 'copydesk', version: 1, hasEnd: true },
  {
    type: 'section',
    id: '018ced2a-4000-7000-8000-00000000b001',
    slug: 'city',
    name: 'City',
    version: 1,
    createdAt: '2024-01-09T08:00:00.000Z',
    updatedAt: '2024-01-09T08:00:00.000Z',
  },
  { type: 'end', counts: { section: 1 } },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('')

/** Everything, for moving house and for safe keeping. */
export const manageExports: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  const places = createPlaces(mostAtOnce, longestWaitMs)

  async function* exporting(): AsyncGenerator<Buffer> {
    const leave = await places.take()
    try {
      const snapshot = await db.openSnapshot()
      try {
        for await (const { bytes } of archiveOf(snapshot.reader)) yield bytes
      } finally {
        await snapshot.close()
      }
    } finally {
      leave()
    }
  }

  app.get(
    '/export',
    {
      schema: {
        operationId: 'exportArchive',
        tags: ['Imports'],
        summary: 'Export everything',
        description,
        querystring: z.strictObject({}),
        response: {
          200: {
            description: 'The archive, as it is made.',
            content: { [ndjsonType]: { schema: z.string().meta({ examples: [example] }) } },
          },
        },
      },
      config: { permission: 'content.export', standsAlone: true },
      handlerTimeout: streamTimeoutMs,
    },
    async (request, reply) =>
      sendStream(request, reply, {
        contentType: `${ndjsonType}; charset=utf-8`,
        filename: 'copydesk.ndjson',
        // Nothing is read for those who want no answer but its head.
        parts: request.method === 'HEAD' ? nothing() : exporting(),
      }) as never,
  )
}

async function* nothing(): AsyncGenerator<Buffer> {}
