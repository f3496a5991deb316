import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { can } from '../auth/can.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { articleActions, scheduleActions, scheduledAction } from '../contract/schedule.ts'
import { instantInput } from '../contract/text.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import type { Db } from '../store/index.ts'
import { adPermission } from './ad-resource.ts'

const parameters = z.strictObject({
  from: instantInput.optional().describe('Not before this instant.'),
  to: instantInput.optional().describe('Before this instant.'),
  action: z.enum(scheduleActions).optional().describe('What will happen; everything when absent.'),
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})

/** The calendar: what will happen when. */
export const manageSchedule: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/schedule',
    {
      schema: {
        operationId: 'listSchedule',
        tags: ['Articles'],
        summary: 'List what will happen when, the next first',
        description:
          'Articles that will be published or taken back and, for those who may place ads, placements that their dates will open or close. What could not be done when its instant came stays in the list, with its `problem`.',
        querystring: parameters,
        response: { 200: listOf(scheduledAction) },
      },
      config: { permission: 'articles.read', errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count, action, ...range } = request.query
      const visible = can(request.actor, adPermission) ? scheduleActions : articleActions
      const filter = { ...range, actions: visible.filter((one) => action === undefined || one === action) }
      const scope = ['schedule', filter]
      const after = readCursor(cursor, scope, sortKeys.instant)
      const found = await db.read(async ({ calendar }) => ({
        ...(await calendar.list(filter, { limit, after })),
        total: count ? await calendar.count(filter) : undefined,
      }))
      return pageOf(request, reply, found, { limit, scope, show: (item) => item })
    },
  )
}
