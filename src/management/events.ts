import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { changeTypes, subjectTypes } from '../contract/change.ts'
import { Problem } from '../contract/errors.ts'
import { event, eventsDescription } from '../contract/event.ts'
import { exampleEvent } from '../contract/examples.ts'
import { anyIdOr, someOf } from '../contract/filter.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { instantInput } from '../contract/text.ts'
import { csvType } from '../http/csv.ts'
import { numberKey, pageOf, readCursor, sortKeys } from '../http/list.ts'
import { chooseMediaType, jsonMediaType } from '../http/negotiation.ts'
import { sendStream, streamTimeoutMs } from '../http/streams.ts'
import type { Db } from '../store/index.ts'
import { exportEvents, exportForms, ndjsonType } from './event-export.ts'
import { eventView } from './event-views.ts'
import { tokenOf } from './token-filter.ts'

const tags = ['Audit']
const permission = 'audit.read'

const filterShape = {
  actor: anyIdOr(['me', 'none'])
    .optional()
    .describe(
      'Ids of tokens, separated by commas: done by any of them. `me` is the token of this request; `none` is whatever no stored token did: `ADMIN_TOKEN`, the command line, imports, upkeep.',
    )
    .meta({ type: 'string', items: undefined, examples: ['me'] }),
  type: someOf(changeTypes)
    .optional()
    .describe('Types, separated by commas: any of them.')
    .meta({ type: 'string', items: undefined, examples: ['article.published,article.unpublished'] }),
  subjectType: someOf(subjectTypes)
    .optional()
    .describe('Kinds of things, separated by commas: any of them.')
    .meta({ type: 'string', items: undefined, examples: ['article'] }),
  subject: anyIdOr([])
    .optional()
    .describe('Ids of what was changed, separated by commas: any of them, whether they still exist or not.')
    .meta({ type: 'string', items: undefined, examples: ['018ced2a-4000-7000-8000-00000000a001'] }),
  from: instantInput.optional().describe('Not before this instant.'),
  to: instantInput.optional().describe('Before this instant.'),
}

const listParameters = z.strictObject({
  ...filterShape,
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})

const params = z.strictObject({
  id: z
    .string()
    .refine(numberKey, { error: 'must be the number of an event', params: { code: 'invalid-format' } })
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, examples: [exampleEvent.id] }),
})

/** The audit log: who did what when, and what it was before and after. */
export const manageEvents: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/events',
    {
      schema: {
        operationId: 'listEvents',
        tags,
        summary: 'List or export who did what when, the newest first',
        description: eventsDescription,
        querystring: listParameters,
        response: {
          200: {
            description: 'A page of the log, or all that the filters choose, in the form that was asked for.',
            content: {
              [jsonMediaType]: { schema: listOf(event) },
              [ndjsonType]: {
                schema: z.string().meta({ examples: [`${JSON.stringify(exampleEvent)}\n`] }),
              },
              [csvType]: { schema: z.string().meta({ examples: [exportForms[csvType].head] }) },
            },
          },
        },
      },
      config: { permission, errors: ['invalid-cursor', 'not-acceptable'] },
      handlerTimeout: streamTimeoutMs,
    },
    async (request, reply) => {
      const form = chooseMediaType(request, reply, [jsonMediaType, ndjsonType, csvType])
      const { limit, cursor, count, actor, ...others } = request.query
      const filter = { ...others, actor: actor?.map((id) => tokenOf(id, request.actor)) }
      if (form !== jsonMediaType) {
        refuseParametersOfPages(request.url)
        const { contentType, filename } = exportForms[form]
        const parts = exportEvents(db, filter, exportForms[form])
        return sendStream(request, reply, { contentType, filename, parts }) as never
      }
      const scope = ['events', filter]
      const after = readCursor(cursor, scope, sortKeys.instant, numberKey)
      const found = await db.read(
        async ({ events }) => ({
          ...(await events.list({ ...filter, limit, after })),
          total: count ? await events.count(filter) : undefined,
        }),
        { mayTakeLong: count },
      )
      return pageOf(request, reply, found, { limit, scope, show: eventView })
    },
  )

  app.get(
    '/events/:id',
    {
      schema: {
        operationId: 'getEvent',
        tags,
        summary: 'Read one entry of the audit log',
        params,
        response: { 200: event },
      },
      config: { permission },
    },
    async (request) => eventView(await db.read((reader) => reader.events.get(request.params.id))),
  )
}

/** An export has no pages: whoever asks for a part of it would take it for the whole. */
function refuseParametersOfPages(url: string): void {
  const sent = new URL(url, 'http://host.invalid').searchParams
  const errors = ['limit', 'cursor', 'count']
    .filter((parameter) => sent.has(parameter))
    .map((parameter) => ({
      parameter,
      code: 'unknown-parameter',
      detail: `The parameter \`${parameter}\` belongs to pages; an export has all that the filters choose.`,
    }))
  if (errors.length > 0)
    throw new Problem('invalid-parameter', 'An export is not in pages; leave these parameters out.', {
      errors,
    })
}
