import { readFileSync } from 'node:fs'
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { OpenAPIV3_1 } from 'openapi-types'
import { Gauge } from 'prom-client'
import { installGuard } from './auth/guard.ts'
import { recordUsage } from './auth/usage.ts'
import { startConverter } from './body/converter.ts'
import { followPublicState } from './changes/public-state.ts'
import { type Config, readConfig } from './config.ts'
import { Problem } from './contract/errors.ts'
import type { Actor } from './contract/permissions.ts'
import { isForeignKeyViolation, isUniqueViolation } from './db/constraint.ts'
import { deliverArticles } from './delivery/articles.ts'
import { deliverCollections } from './delivery/collections.ts'
import { deliverResolutions } from './delivery/resolve.ts'
import { deliverTerms } from './delivery/terms.ts'
import { managementPrefix } from './http/areas.ts'
import { installClosing } from './http/closing.ts'
import { installConditionalRequests } from './http/conditional.ts'
import { installContentTypes } from './http/content-types.ts'
import { installCors } from './http/cors.ts'
import { installDocs } from './http/docs.ts'
import { registerOpenApiRoutes } from './http/document-routes.ts'
import { installErrorHandling } from './http/errors.ts'
import { registerHealth } from './http/health.ts'
import type { LogStream } from './http/logging.ts'
import { collectPaths, declareMissingMethods } from './http/methods.ts'
import { installMetrics, registerMetrics } from './http/metrics.ts'
import { networkOf } from './http/network.ts'
import { installOpenApi } from './http/openapi.ts'
import { assertDescribed } from './http/openapi-checks.ts'
import { registerProblems } from './http/problems.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { installRequestChecks } from './http/request-checks.ts'
import { installRequestIds } from './http/request-ids.ts'
import { installSecurityHeaders } from './http/security-headers.ts'
import { limitServer, serverOptions } from './http/server-options.ts'
import { installValidation } from './http/validation.ts'
import { type CountWrites, installWriteLimit } from './http/write-limit.ts'
import { manageArticles } from './management/articles.ts'
import { manageBacklinks } from './management/backlinks.ts'
import { manageCollections } from './management/collections.ts'
import { manageRelatedLinks } from './management/related-links.ts'
import { manageSuggestions } from './management/suggestions.ts'
import { manageTerms } from './management/terms.ts'
import { manageTokens } from './management/tokens.ts'
import type { Db } from './store/index.ts'

/** What the program is made of; tests hand in their own. */
export interface AppDeps {
  readonly config: Config
  readonly db: Db
  /** Signs the tokens of delivered ads; from the database, so that all instances share it. */
  readonly adTokenSecret: Uint8Array
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  readonly logStream?: LogStream
  /** Told of every route as it is declared. */
  readonly onRoute?: (route: RouteOptions) => void
}

/** How often to look for changes without having been told of one. */
const changePollMs = 1_000

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const tags = [
  { name: 'Delivery', description: 'What readers see: public, read only, published content only.' },
  { name: 'Articles', description: 'Working copies of articles, for editors; a token is required.' },
  { name: 'Taxonomy', description: 'Sections, tags and authors, for editors; live at once.' },
  { name: 'Collections', description: 'Lists of articles that editors curate; live at once.' },
  { name: 'Tokens', description: 'Who may do what: bearer tokens with a role or with permissions.' },
  { name: 'System', description: 'Health, metrics, errors and this description.' },
]

/** Puts the program together, in the order in which a request meets its parts. It does not listen yet. */
export async function buildApp({
  config,
  db,
  adTokenSecret,
  clock = Date.now,
  logStream,
  onRoute = () => {},
}: AppDeps): Promise<FastifyInstance> {
  const app = fastify(
    serverOptions({
      logLevel: config.logLevel,
      trustProxy: config.trustProxy === undefined ? false : [...config.trustProxy],
      ...(logStream === undefined ? {} : { logStream }),
    }),
  ).withTypeProvider<ZodTypeProvider>() as unknown as FastifyInstance

  limitServer(app)
  installErrorHandling(app, { translate: conflictOf })
  installSecurityHeaders(app)
  installRequestIds(app)
  await installCors(app, { managementOrigins: config.corsOrigins })
  const registry = installMetrics(app)
  installClosing(app)
  installRequestChecks(app)
  installContentTypes(app)
  installValidation(app)
  installConditionalRequests(app)
  installAccess(app, { config, db, clock })
  const paths = collectPaths(app)
  app.addHook('onRoute', onRoute)
  await installOpenApi(app, { version, tags })
  await installDocs(app)

  const converter = startConverter()
  app.addHook('onClose', () => converter.close())
  const context = { publicUrl: config.publicUrl, articlePath: config.articlePath, adTokenSecret, clock }
  await app.register(deliverArticles, { db, context })
  await app.register(deliverTerms, { db })
  await app.register(deliverCollections, { db, context })
  await app.register(deliverResolutions, { db, context })
  await app.register(
    async (management) => {
      management.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      await management.register(manageTerms, { db })
      await management.register(manageCollections, { db })
      await management.register(manageRelatedLinks, { db })
      await management.register(manageSuggestions, { db, site: config })
      await management.register(manageBacklinks, { db })
      await management.register(manageArticles, {
        db,
        settings: { siteLanguage: config.siteLanguage },
        converter,
      })
      await management.register(manageTokens, { db, clock })
    },
    { prefix: '/manage/v1' },
  )

  const follower = followPublicState(db, {
    pollMs: changePollMs,
    onFailure: (err) => app.log.warn({ err }, 'cannot look for changes'),
  })
  app.addHook('onClose', async () => follower.stop())
  new Gauge({
    name: 'copydesk_public_change',
    help: 'Number of the newest public change that this instance knows of.',
    registers: [registry],
    collect() {
      this.set(follower.seq())
    },
  })
  registerMetrics(app, { registry })
  registerHealth(app, { checks: { database: () => db.check() } })
  registerProblems(app)
  registerOpenApiRoutes(app)
  declareMissingMethods(app, paths)
  await app.ready()
  assertDescribed(app.swagger() as OpenAPIV3_1.Document)
  return app
}

/** Who may come in, and how much of it: tokens, permissions and limits of the management API. */
function installAccess(
  app: FastifyInstance,
  { config, db, clock }: { config: Config; db: Db; clock: () => number },
): CountWrites | undefined {
  const usage = recordUsage({
    save: (uses) =>
      db.write(async (tx) => {
        for (const { tokenId, ...use } of uses) await tx.tokens.markUsed(tokenId, use)
      }),
    clock,
    onFailure: (err) => app.log.warn({ err }, 'cannot save when tokens were last used'),
  })
  app.addHook('onClose', () => usage.close())
  const failures = createRateLimit({
    policy: 'failed-authentication',
    perSecond: config.failedAuthPerMinute / 60,
    burst: Math.max(1, config.failedAuthPerMinute),
    clock,
    detail: 'Too many wrong tokens came from this address.',
  })
  installGuard(app, {
    prefix: managementPrefix,
    adminToken: config.adminToken,
    findToken: (secretHash) => db.lookUp((reader) => reader.tokens.findByHash(secretHash)),
    clock,
    onUse: usage.note,
    onFailure: (address) => failures?.count(networkOf(address)).problem,
  })
  const limit = createRateLimit({
    policy: 'writes',
    perSecond: config.writesPerSecond,
    burst: config.writeBurst,
    clock,
    detail: 'The token has used up its writes for the moment.',
  })
  const keyOf = ({ actor }: { actor: Actor }) => actor.tokenId ?? actor.name
  return limit && installWriteLimit(app, { limit, keyOf })
}

/** What two writers meet who change the same at one moment, where no check of ours could see it before. */
function conflictOf(error: unknown): Problem | undefined {
  if (isForeignKeyViolation(error))
    return new Problem('conflict', 'What it refers to was deleted at this moment; read it again.', {
      cause: error,
    })
  if (isUniqueViolation(error))
    return new Problem('conflict', 'Another writer took the same value at this moment; try again.', {
      cause: error,
    })
  return undefined
}

/** The OpenAPI description of both APIs, without any database. */
export async function describeApi(): Promise<object> {
  const db: Db = {
    published: () => Promise.reject(new Error('there is no database')),
    read: () => Promise.reject(new Error('there is no database')),
    lookUp: () => Promise.reject(new Error('there is no database')),
    write: () => Promise.reject(new Error('there is no database')),
    onChange: () => () => {},
    check: () => Promise.resolve(),
  }
  const config = readConfig({ LOG_LEVEL: 'silent' })
  const app = await buildApp({ config, db, adTokenSecret: new Uint8Array(32) })
  const description = app.swagger()
  await app.close()
  return description
}
