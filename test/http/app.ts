import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import fastify, { type FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../../src/contract/errors.ts'
import { text } from '../../src/contract/text.ts'
import { installClosing } from '../../src/http/closing.ts'
import { installConditionalRequests, sendCacheable } from '../../src/http/conditional.ts'
import { installContentTypes } from '../../src/http/content-types.ts'
import { installCors } from '../../src/http/cors.ts'
import { installDocs } from '../../src/http/docs.ts'
import { registerOpenApiRoutes } from '../../src/http/document-routes.ts'
import { installErrorHandling } from '../../src/http/errors.ts'
import { registerHealth } from '../../src/http/health.ts'
import { collectPaths, declareMissingMethods } from '../../src/http/methods.ts'
import { installMetrics, registerMetrics } from '../../src/http/metrics.ts'
import { installOpenApi } from '../../src/http/openapi.ts'
import { registerProblems } from '../../src/http/problems.ts'
import { installRequestChecks } from '../../src/http/request-checks.ts'
import { installRequestIds } from '../../src/http/request-ids.ts'
import { installSecurityHeaders } from '../../src/http/security-headers.ts'
import { limitServer, serverOptions } from '../../src/http/server-options.ts'
import { installValidation } from '../../src/http/validation.ts'

export const managementOrigin = 'https://desk.example'
export const longText = 'All the news that fits. '.repeat(200)
export const longTextHash = createHash('sha256').update(longText).digest('base64url')

interface TestApp {
  readonly app: FastifyInstance
  /** Every log line so far. */
  readonly logLines: string[]
  /** The longer bodies of the `/echo` route so far: empty when no invalid input got through. */
  readonly accepted: unknown[]
}

interface TestAppOptions {
  readonly checks?: Readonly<Record<string, () => Promise<void>>>
  /** When the content of `/v1/pages/long` last changed. */
  readonly changedAt?: string
}

/** An app with all the plumbing and a few routes that show it, listening on a free port. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const logLines: string[] = []
  const accepted: unknown[] = []
  const logStream = { write: (line: string) => void logLines.push(line) }
  const app = fastify(serverOptions({ logLevel: 'trace', trustProxy: false, logStream }))
  limitServer(app)
  installErrorHandling(app)
  installSecurityHeaders(app)
  installRequestIds(app)
  await installCors(app, { managementOrigins: [managementOrigin] })
  const { registry } = installMetrics(app)
  installClosing(app, { isAlone: true })
  installRequestChecks(app)
  installContentTypes(app)
  installValidation(app)
  installConditionalRequests(app)
  const paths = collectPaths(app)
  await installOpenApi(app, {
    version: '0.0.0-test',
    tags: [
      { name: 'System', description: 'The server itself.' },
      { name: 'Articles', description: 'Samples.' },
    ],
  })
  installDocs(app)
  registerOpenApiRoutes(app)
  registerProblems(app)
  registerMetrics(app, { registry })
  registerHealth(app, { checks: options.checks ?? {} })
  declareSampleRoutes(app, accepted, options.changedAt ?? '2024-01-09T08:00:00.123Z')
  declareMissingMethods(app, paths)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, logLines, accepted }
}

const article = z
  .strictObject({
    title: text({ min: 1, max: 20 }),
    rank: z.int().min(1).max(5).optional(),
    kind: z.enum(['news', 'opinion']).optional(),
    tags: z.array(z.string().min(2)).max(3).optional(),
    links: z
      .array(
        z.union([
          z.strictObject({ articleId: z.string(), kind: z.string() }),
          z.strictObject({ url: z.string(), title: z.string(), kind: z.string() }),
        ]),
      )
      .optional(),
    scope: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('site') }),
        z.strictObject({ type: z.literal('tag'), id: z.string() }),
      ])
      .optional(),
    custom: z.record(z.string(), z.unknown()).optional(),
    'a/b~c': z.string().optional(),
    position: z.union([z.int(), z.literal('last')]).optional(),
  })
  .meta({ id: 'TestArticle', examples: [{ title: 'A title' }] })

function declareSampleRoutes(plain: FastifyInstance, accepted: unknown[], changedAt: string): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const tags = ['Articles']
  const params = z.object({ id: z.string().regex(/^[a-z0-9]+$/, 'must be lower-case letters and digits') })
  const done = { 200: z.strictObject({ ok: z.boolean() }) }

  app.post(
    '/manage/v1/articles/:id',
    {
      config: { errors: ['slug-taken'] },
      schema: {
        operationId: 'writeArticle',
        summary: 'Writes an article.',
        tags,
        params,
        querystring: z.strictObject({ dryRun: z.stringbool().optional(), note: z.string().optional() }),
        headers: z.object({ 'if-match': z.string().min(2).optional() }),
        body: article,
        response: done,
      },
    },
    (request) => {
      accepted.push(request.body)
      return { ok: true }
    },
  )
  app.patch(
    '/manage/v1/articles/:id',
    {
      schema: {
        operationId: 'patchArticle',
        summary: 'Changes an article.',
        tags,
        params,
        body: article.partial(),
        response: { 200: article },
      },
    },
    (request) => ({ ...request.body, title: request.body.title ?? 'A title' }),
  )
  app.post(
    '/manage/v1/articles/:id/publish',
    {
      schema: {
        operationId: 'publishArticle',
        summary: 'Publishes an article.',
        tags,
        params,
        body: z.strictObject({ note: z.string() }).optional(),
        response: done,
      },
    },
    (request) => ({ ok: request.body === undefined }),
  )
  app.post(
    '/v1/actions',
    { schema: { operationId: 'act', summary: 'Acts.', tags, response: done } },
    (request) => ({ ok: request.body === undefined }),
  )
  app.post(
    '/v1/beacons',
    {
      config: { contentTypes: ['application/json', 'text/plain'] },
      schema: {
        operationId: 'takeBeacon',
        summary: 'Takes JSON that a browser sends as plain text.',
        tags,
        body: z.strictObject({ events: z.array(z.string()) }).meta({ examples: [{ events: ['a'] }] }),
        response: done,
      },
    },
    () => ({ ok: true }),
  )
  plain.register(async (scope) => {
    scope.addContentTypeParser('application/x-ndjson', (_request, payload, next) => next(null, payload))
    scope.post(
      '/v1/lines',
      {
        config: { contentTypes: ['application/x-ndjson'] },
        schema: { operationId: 'takeLines', summary: 'Counts the bytes of a stream.', tags },
      },
      async (request) => {
        let bytes = 0
        for await (const chunk of request.body as AsyncIterable<Buffer>) bytes += chunk.length
        return { bytes }
      },
    )
  })
  app.get(
    '/v1/pages/:name',
    {
      schema: {
        operationId: 'getPage',
        summary: 'Reads a page.',
        tags,
        params: z.object({ name: z.string().meta({ examples: ['long'] }) }),
        querystring: z.strictObject({
          token: z.string().optional(),
          limit: z.string().optional(),
          kinds: z
            .string()
            .transform((list) => list.split(','))
            .pipe(z.array(z.enum(['news', 'opinion'])))
            .optional(),
        }),
        response: { 200: z.string() },
      },
    },
    (request, reply) =>
      sendCacheable(request, reply, request.params.name === 'long' ? longText : 'short', {
        lastModified: changedAt,
        cacheControl: 'public, max-age=10',
        cacheTags: ['article:1', 'section:الأخبار', 'tag:a b,c'],
        contentType: 'text/plain; charset=utf-8',
      }),
  )
  app.get(
    '/v1/samples',
    {
      schema: {
        operationId: 'listSamples',
        summary: 'Lists samples.',
        tags,
        response: { 200: z.strictObject({ data: z.array(z.string()), page: z.strictObject({}) }) },
      },
    },
    () => ({ data: [], page: {} }),
  )
  app.post(
    '/manage/v1/samples',
    {
      schema: {
        operationId: 'makeSample',
        summary: 'Makes a sample.',
        tags,
        response: { 201: z.strictObject({ version: z.int() }) },
      },
    },
    (_request, reply) => {
      reply.code(201)
      return { version: 1 }
    },
  )
  declareFailingRoutes(app, tags)
}

function declareFailingRoutes(plain: FastifyInstance, tags: string[]): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const failures: Record<string, () => never> = {
    error: () => {
      throw new Error('SELECT secret FROM /etc/passwd', { cause: new Error('inner cause') })
    },
    query: () => {
      const parameters = ['c4n4ry\n    at c4n4ry (c4n4ry.ts:1:1)', 'hash-c4n4ry']
      const cause = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
      const query = new DrizzleQueryError('insert into c4n4ry values (?, ?)', parameters, cause)
      throw new Error('could not save', { cause: query })
    },
    wordless: () => {
      app.log.error(new DrizzleQueryError('select c4n4ry', ['c4n4ry']))
      app.log.error({ err: new DrizzleQueryError('select c4n4ry', ['c4n4ry']) })
      throw new Problem('unavailable', 'Busy.')
    },
    string: () => {
      throw 'only a string'
    },
    problem: () => {
      throw new Problem('slug-taken', 'The slug is taken.', {
        extensions: { suggestion: 'a-2', status: 'draft' },
        headers: { 'x-extra': 'yes' },
      })
    },
    unavailable: () => {
      throw new Problem('unavailable', 'Busy.')
    },
    unauthenticated: () => {
      throw new Problem('unauthenticated', 'No token.')
    },
  }
  app.get(
    '/v1/failures/:kind',
    {
      schema: {
        operationId: 'fail',
        summary: 'Fails.',
        tags,
        params: z.object({ kind: z.string().meta({ examples: ['error'] }) }),
        response: { 200: z.string() },
      },
    },
    (request, reply) => {
      reply.headers({ etag: '"1"', 'cache-control': 'public, max-age=60', 'cache-tag': 'a' })
      return failures[request.params.kind]?.() ?? 'fine'
    },
  )
  app.get(
    '/v1/slow',
    {
      handlerTimeout: 50,
      schema: { operationId: 'wait', summary: 'Waits.', tags, response: { 200: z.string() } },
    },
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      return 'late'
    },
  )
  app.get(
    '/v1/mistaken',
    {
      schema: {
        operationId: 'mistake',
        summary: 'Answers what its schema forbids.',
        tags,
        response: { 200: z.strictObject({ count: z.int() }) },
      },
    },
    () => ({ count: 1.5 }),
  )
}

interface RawConnection {
  /** Writes bytes as they are, one for each character. */
  readonly send: (bytes: string) => void
  /** All that came back until the server closed or the time was over. */
  readonly received: Promise<string>
}

/** Opens a plain TCP connection to the app, cut after `waitMs`. */
export function openRaw(app: FastifyInstance, waitMs = 3_000): RawConnection {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the app does not listen')
  const socket = connect(address.port, '127.0.0.1')
  let received = ''
  const timer = setTimeout(() => socket.destroy(), waitMs)
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    received += chunk
  })
  socket.on('error', reject)
  socket.on('close', () => {
    clearTimeout(timer)
    resolve(received)
  })
  return { send: (bytes) => void socket.write(bytes, 'latin1'), received: promise }
}

/** Sends one thing on a connection of its own and answers all that comes back. */
export function sendRaw(app: FastifyInstance, bytes: string, waitMs?: number): Promise<string> {
  const connection = openRaw(app, waitMs)
  connection.send(bytes)
  return connection.received
}
