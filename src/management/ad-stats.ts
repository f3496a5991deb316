import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { adStats, mostStatsRows, statsParameters } from '../contract/ad-stats.ts'
import { Problem } from '../contract/errors.ts'
import { csvType } from '../http/csv.ts'
import { chooseMediaType, jsonMediaType } from '../http/negotiation.ts'
import type { Db } from '../store/index.ts'
import { statsCsv, statsView } from './ad-stats-views.ts'

const exampleCsv =
  '"placementId","creativeTitle","impressions","viewable","clicks","ctr"\r\n"018ced2a-4000-7000-8000-00000000f001","Electric Scooter X",12000,8400,36,0.003\r\n'

/** How often ads were shown and clicked. */
export const manageAdStats: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/stats/ads',
    {
      schema: {
        operationId: 'getAdStats',
        tags: ['Ads'],
        summary: 'Read how often ads were shown and clicked',
        description:
          'What `POST /v1/ads/events` and `/v1/ads/{placementId}/click` counted, by placement, slot, article and day (UTC), as `by` asks for, until a second ago. Counts stay when what they are about is deleted. With `Accept: text/csv` a table, where texts that a spreadsheet would take for a formula have an apostrophe in front.',
        querystring: statsParameters,
        response: {
          200: {
            description: 'The counts, in the form that was asked for.',
            content: {
              [jsonMediaType]: { schema: adStats },
              [csvType]: { schema: z.string().meta({ examples: [exampleCsv] }) },
            },
          },
        },
      },
      config: { permission: 'stats.read', errors: ['not-acceptable'] },
    },
    async (request, reply) => {
      const form = chooseMediaType(request, reply, [jsonMediaType, csvType])
      const { by, ...filter } = request.query
      const rows = await db.read((reader) => reader.adCounts.list(filter, { by, limit: mostStatsRows + 1 }), {
        mayTakeLong: true,
      })
      if (rows.length > mostStatsRows) throw tooMany()
      const stats = statsView(rows)
      if (form === jsonMediaType) return stats
      reply.header('content-disposition', 'attachment; filename="ads.csv"')
      return reply.type(`${csvType}; charset=utf-8; header=present`).send(statsCsv(stats, by) as never)
    },
  )
}

function tooMany(): Problem {
  const detail = `There are more than ${mostStatsRows} rows; ask for fewer days, or by less.`
  return new Problem('invalid-parameter', detail, {
    errors: [{ parameter: 'by', code: 'too-many', detail }],
  })
}
