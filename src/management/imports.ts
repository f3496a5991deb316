import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { can } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import {
  type ImportFormat,
  type ImportJobView,
  importFormats,
  importJob,
  lostReason,
  mostProblems,
  mostSilentMs,
} from '../contract/import-job.ts'
import { id, text } from '../contract/text.ts'
import { webUrl } from '../contract/url.ts'
import { takeTime } from '../http/client-errors.ts'
import { streamTimeoutMs } from '../http/streams.ts'
import type { ImportJobs } from '../imports/jobs.ts'
import type { StoredImport } from '../store/imports.ts'
import type { Db } from '../store/index.ts'
import { mostUploadBytes, receiveUpload, sweepUploads } from './import-upload.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body of an import as it arrives; null where there is none. */
    upload: NodeJS.ReadableStream | null
  }
}

const tags = ['Imports']
const permission = 'content.import'

const contentTypes = [
  ...['application/x-ndjson', 'application/json', 'application/feed+json', 'application/xml', 'text/xml'],
  ...['application/rss+xml', 'application/atom+xml', 'text/html', 'text/markdown', 'text/plain'],
  'application/octet-stream',
]

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true')
  .meta({ type: 'boolean', enum: undefined, default: false })

const querystring = z.strictObject({
  format: z.enum(importFormats).optional().describe('What is sent; told by the content when absent.'),
  name: text({ min: 1, max: 200 })
    .default('')
    .describe(
      'What the file is called. The extension helps to tell formats apart, and a Markdown file without an id is known by its name, or else by its title.',
    )
    .meta({ examples: ['2024-01-09-harbour-bridge.md'] }),
  publish: flag.describe('Publishes what the source calls published; else everything becomes a draft.'),
  dryRun: flag.describe('Reads and checks only; what could be read is counted as created.'),
  baseUrl: webUrl.optional().describe('Where relative links lead that the source gives no address for.'),
})

const description = `One file of any of the formats that \`copydesk import\` takes, as the body and not as a form, of at most 4 GiB. It may take its time to arrive, but not be silent for 30 seconds. It is read after it was received: poll the job at \`Location\`.

What was imported before is known by its id in its source: sent again, what changed there is updated and nothing is made twice, so that an import that broke off is sent again. What is private, scheduled or a draft in the source stays a draft, and nothing that an editor took back, killed, put under embargo or into the trash is touched by it.

To publish takes the permission \`articles.publish\` too. What \`GET /manage/v1/export\` wrote is restored exactly, published or not, and each line takes what it takes to write such a thing by hand: \`articles.edit\`, \`articles.publish\` and \`articles.revive\` for articles, \`taxonomy.write\`, \`collections.write\`, \`ads.write\` or \`sellers.write\` for the others. No file holds tokens, or gives any.

The first ${mostProblems} problems are kept, and all are counted. Jobs are forgotten after 30 days.`

/** Archives that are sent over HTTP, and what has become of them. */
export const manageImports: FastifyPluginAsyncZod<{
  db: Db
  jobs: ImportJobs
  /** Milliseconds since 1970. */
  clock: () => number
}> = async (app, { db, jobs, clock }) => {
  app.addHook('onListen', async () => {
    const failures = await sweepUploads()
    for (const err of failures)
      app.log.warn({ err }, 'an upload of a process that has died could not be removed')
  })
  app.decorateRequest('upload', null)
  app.removeAllContentTypeParsers()
  // What arrives is left to the handler, which writes it to a file.
  app.addContentTypeParser('*', (request, payload, done) => {
    if (request.headers['content-type'] === undefined)
      return done(new Problem('unsupported-media-type', 'The `Content-Type` must say what the body is.'))
    request.upload = payload
    done(null, undefined)
  })

  app.post(
    '/import',
    {
      bodyLimit: mostUploadBytes,
      handlerTimeout: streamTimeoutMs,
      schema: {
        operationId: 'importArchive',
        tags,
        summary: 'Import an archive',
        description,
        querystring,
        body: z
          .string()
          .optional()
          .meta({ examples: ['---\ntitle: Harbour bridge reopens\n---\n\nTraffic is **moving**.\n'] }),
        response: { 202: importJob },
      },
      config: { permission, contentTypes, errors: ['payload-too-large'] },
    },
    async (request, reply) => {
      if (request.query.publish && !can(request.actor, 'articles.publish'))
        throw new Problem('forbidden', 'To publish takes the permission articles.publish too.')
      if (request.upload === null) throw noBody()
      const { baseUrl = null, name, publish, dryRun } = request.query
      const { format = formatOf(request.headers['content-type']) } = request.query
      const isReceived = takeTime(request.raw)
      const upload = await receiveUpload(request.upload).finally(isReceived)
      if (upload.bytes === 0) {
        await upload.remove()
        throw noBody()
      }
      const options = { format, baseUrl, name, publish, dryRun }
      const job = await jobs
        .add({ path: upload.path, options, actor: request.actor, onDone: upload.remove })
        .catch(async (error: unknown) => {
          await upload.remove()
          throw error
        })
      return reply.code(202).header('location', `/manage/v1/imports/${job.id}`).send(viewOf(job))
    },
  )

  app.get(
    '/imports/:id',
    {
      schema: {
        operationId: 'getImport',
        tags,
        summary: 'See how far an import is',
        params: z.strictObject({ id }),
        response: { 200: importJob },
      },
      config: { permission, errors: ['not-found'] },
    },
    async (request) => {
      const found = await db.read((reader) => reader.imports.find(request.params.id))
      if (found === undefined) throw new Problem('not-found', 'There is no such import.')
      const silentMs = clock() - Date.parse(found.updatedAt)
      if (found.finishedAt !== null || silentMs < mostSilentMs) return viewOf(found)
      // Maintenance writes it down later.
      return viewOf({ ...found, status: 'failed', reason: lostReason, finishedAt: found.updatedAt })
    },
  )
}

/** The format of media types that say more than the content can. */
function formatOf(contentType = ''): ImportFormat | null {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'text/markdown') return 'markdown'
  if (mediaType === 'text/html') return 'html'
  return mediaType === 'application/x-ndjson' ? 'ndjson' : null
}

function noBody(): Problem {
  const detail = 'must not be empty; send the file as the body'
  return new Problem('invalid-body', `The body ${detail}.`, {
    errors: [{ pointer: '', code: 'required', detail }],
  })
}

function viewOf({ options, counts, problems, createdBy: _by, ...job }: StoredImport): ImportJobView {
  const { format, publish, dryRun } = options
  const processed = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return { ...job, format, publish, dryRun, processed, ...counts, problems: [...problems] }
}
