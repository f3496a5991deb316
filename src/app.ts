import fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Registry } from 'prom-client'
import { createAnchors } from './ads/anchor.ts'
import { adTokenKeyOf } from './ads/token.ts'
import { installAdCounter } from './app/ad-counter.ts'
import { installBackground } from './app/background.ts'
import { registerGauges } from './app/gauges.ts'
import { openShortcut } from './app/shortcut.ts'
import { startConverter } from './body/converter.ts'
import { type ChangeFeed, createChangeFeed } from './changes/feed.ts'
import { streamMetrics } from './changes/metrics.ts'
import { type Config, readConfig } from './config.ts'
import { isUnavailable, Problem } from './contract/errors.ts'
import { isForeignKeyViolation, isUniqueViolation } from './db/constraint.ts'
import { deliverAdClicks } from './delivery/ad-clicks.ts'
import { deliverAdCreatives } from './delivery/ad-creatives.ts'
import { deliverAdDecisions } from './delivery/ad-decisions.ts'
import { deliverAdEvents } from './delivery/ad-events.ts'
import { deliverAdSlots } from './delivery/ad-slots.ts'
import { createAdTargets } from './delivery/ad-targets.ts'
import { createAnswering } from './delivery/answering.ts'
import { deliverArticleFormats } from './delivery/article-formats.ts'
import { listArticles } from './delivery/article-list.ts'
import { deliverArticles } from './delivery/articles.ts'
import { deliverChangeStream } from './delivery/change-stream.ts'
import { deliverChanges } from './delivery/changes.ts'
import { deliverCollections } from './delivery/collections.ts'
import { deliverFeeds } from './delivery/feeds.ts'
import { replicaMetrics } from './delivery/replica-metrics.ts'
import { deliverResolutions } from './delivery/resolve.ts'
import { addressOf, createResponseCache } from './delivery/response-cache.ts'
import { deliverSellerFiles } from './delivery/seller-files.ts'
import { createShownAds } from './delivery/shown-ads.ts'
import { deliverSitemaps } from './delivery/sitemaps.ts'
import { deliverTerms } from './delivery/terms.ts'
import { installClosing } from './http/closing.ts'
import { installConditionalRequests } from './http/conditional.ts'
import { installContentTypes } from './http/content-types.ts'
import { installCors } from './http/cors.ts'
import { installDocs } from './http/docs.ts'
import { registerOpenApiRoutes } from './http/document-routes.ts'
import { installErrorHandling } from './http/errors.ts'
import { registerHealth } from './http/health.ts'
import { installIdempotencyKeys } from './http/idempotency.ts'
import type { LogStream } from './http/logging.ts'
import { collectPaths, declareMissingMethods } from './http/methods.ts'
import { installMetrics, registerMetrics } from './http/metrics.ts'
import { installOpenApi } from './http/openapi.ts'
import { assertDescribed } from './http/openapi-checks.ts'
import { createOverload } from './http/overload.ts'
import { registerProblems } from './http/problems.ts'
import { installRequestChecks } from './http/request-checks.ts'
import { installRequestIds } from './http/request-ids.ts'
import { collectRoutes } from './http/route-table.ts'
import { installSecurityHeaders } from './http/security-headers.ts'
import { limitServer, serverOptions } from './http/server-options.ts'
import { createShortcut } from './http/shortcut.ts'
import { installValidation } from './http/validation.ts'
import { createImportJobs, type ImportJobs } from './imports/jobs.ts'
import { installAccess } from './management/access.ts'
import { manageAdPauses } from './management/ad-pauses.ts'
import { manageAdPreviews } from './management/ad-previews.ts'
import { manageAdStats } from './management/ad-stats.ts'
import { manageAds } from './management/ads.ts'
import { manageArticleDiff } from './management/article-diff.ts'
import { manageArticleLifecycle } from './management/article-lifecycle.ts'
import { listManagedArticles } from './management/article-list.ts'
import { manageArticles } from './management/articles.ts'
import { manageBacklinks } from './management/backlinks.ts'
import { manageBatch } from './management/batch.ts'
import { manageCollections } from './management/collections.ts'
import { manageEvents } from './management/events.ts'
import { manageExports } from './management/exports.ts'
import { manageImports } from './management/imports.ts'
import { managePreviewTokens } from './management/preview-tokens.ts'
import { manageRelatedLinks } from './management/related-links.ts'
import { manageRevisions } from './management/revisions.ts'
import { manageSchedule } from './management/schedule.ts'
import { importSellerFiles } from './management/seller-imports.ts'
import { manageSellers } from './management/sellers.ts'
import { manageSuggestions } from './management/suggestions.ts'
import { manageTerms } from './management/terms.ts'
import { manageTokens } from './management/tokens.ts'
import { manageWorkflow } from './management/workflow.ts'
import { version } from './package.ts'
import { previewArticles } from './preview/articles.ts'
import { checkSchedule } from './schedule/runner.ts'
import type { Db, Replicas } from './store/index.ts'
import { type Instance, oneProcess } from './workers/instance.ts'

/** What the program is made of; tests hand in their own. */
export interface AppDeps {
  readonly config: Config
  readonly db: Db
  /** Signs the tokens of delivered ads; from the database, so that all instances share it. */
  readonly adTokenSecret: Uint8Array
  /** Signs the tokens of previews; from the database too. */
  readonly previewTokenSecret: Uint8Array
  /** What this process shares with others that serve the same address; it serves alone when absent. */
  readonly instance?: Instance
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  readonly logStream?: LogStream
  /** Told of every route as it is declared. */
  readonly onRoute?: (route: RouteOptions) => void
}

const tags = [
  { name: 'Delivery', description: 'What readers see: public, read only, published content only.' },
  { name: 'Articles', description: 'Working copies of articles, for editors; a token is required.' },
  { name: 'Taxonomy', description: 'Sections, tags and authors, for editors; live at once.' },
  { name: 'Collections', description: 'Lists of articles that editors curate; live at once.' },
  {
    name: 'Ads',
    description: 'Slots, advertisers, creatives and placements; live at once, by their own dates.',
  },
  {
    name: 'Sellers',
    description: 'What `ads.txt`, `app-ads.txt` and `sellers.json` say, for administrators; live at once.',
  },
  { name: 'Tokens', description: 'Who may do what: bearer tokens with a role or with permissions.' },
  { name: 'Imports', description: 'Archives of other systems, and of this one: in and out.' },
  { name: 'Audit', description: 'Who did what when, and what it was before and after.' },
  { name: 'System', description: 'Health, metrics, errors and this description.' },
]

/** Puts the program together, in the order in which a request meets its parts. It does not listen yet. */
export async function buildApp({
  config,
  db,
  adTokenSecret,
  previewTokenSecret,
  instance = oneProcess(),
  clock = Date.now,
  logStream,
  onRoute = () => {},
}: AppDeps): Promise<FastifyInstance> {
  const overload = createOverload({ mostAtWork: config.overloadRequests, mostTurnMs: config.overloadTurnMs })
  const shortcut = createShortcut(overload)
  const app = fastify(
    serverOptions({
      serverFactory: shortcut.serverFactory,
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
  const { registry, observe } = installMetrics(app)
  const cache = createResponseCache({
    maxBytes: config.responseCacheMib * 1_048_576,
    version: () => db.publicVersion(),
    clock,
    isUnavailable,
  })
  overload.install(app, { registry, isAtHand: (url) => cache.find(addressOf(url)) !== undefined })
  installClosing(app, instance)
  installRequestChecks(app)
  installContentTypes(app)
  installValidation(app)
  installConditionalRequests(app)
  installAccess(app, { db, clock, buckets: instance.buckets, settings: config })
  const paths = collectPaths(app)
  app.addHook('onRoute', onRoute)
  await installOpenApi(app, { version, tags })
  installDocs(app)

  const converter = startConverter()
  app.addHook('onClose', () => converter.close())
  const { answering, again, fail } = createAnswering({ db, cache, clock })
  openShortcut(app, { shortcut, cache, again, fail, config, observe })
  const adTokenKey = adTokenKeyOf(adTokenSecret)
  const { publicUrl, articlePath, siteName, siteLanguage } = config
  const kept = { anchors: createAnchors(), keptAds: createShownAds() }
  const context = { publicUrl, articlePath, adTokenKey, ...kept, clock }
  await app.register(listArticles, { answering, context, isIndexed: instance.isIndexed })
  await app.register(deliverArticles, { answering, context })
  await app.register(deliverAdSlots, { answering, context })
  await app.register(deliverAdDecisions, { db, context, maxBytes: decisionBytes(config) })
  await app.register(deliverAdCreatives, { db })
  const counter = installAdCounter(app, { db, adTokenKey, registry, clock, config })
  await app.register(deliverAdEvents, { counter, repeatMinutes: config.adRepeatMinutes })
  await app.register(deliverAdClicks, { targets: createAdTargets(db, clock), counter })
  await app.register(deliverTerms, { answering })
  await app.register(previewArticles, { db, context, previewTokenSecret })
  await app.register(deliverCollections, { answering, context })
  await app.register(deliverResolutions, { answering, context })
  const site = { publicUrl, articlePath, siteName, siteLanguage }
  await app.register(deliverArticleFormats, { answering, context, site })
  await app.register(deliverFeeds, { answering, site })
  await app.register(deliverSitemaps, { answering, site, clock })
  await app.register(deliverSellerFiles, { answering })
  await app.register(deliverChanges, { db, answering })
  await app.register(deliverChangeStream, {
    feed: installFeed(app, db),
    metrics: streamMetrics(registry),
    maxClients: config.changeStreamClients,
    heartbeatMs: 1_000 * config.changeStreamHeartbeatSeconds,
  })
  await app.register(
    async (management) => {
      installIdempotencyKeys(management)
      const findRoute = collectRoutes(management)
      management.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      await management.register(manageBatch, { db, findRoute, converter })
      await management.register(manageTerms, { db })
      await management.register(manageCollections, { db })
      await management.register(manageAds, { db })
      await management.register(manageAdPauses, { db })
      await management.register(manageAdPreviews, { db, clock })
      await management.register(manageAdStats, { db })
      await management.register(manageSellers, { db })
      await management.register(importSellerFiles, { db })
      await management.register(manageRelatedLinks, { db })
      await management.register(manageSuggestions, { db, site: config })
      await management.register(manageBacklinks, { db })
      await management.register(manageWorkflow, { db })
      await management.register(manageSchedule, { db })
      await management.register(managePreviewTokens, { db, previewTokenSecret })
      const settings = { siteLanguage: config.siteLanguage }
      await management.register(listManagedArticles, { db })
      await management.register(manageArticles, { db, settings, converter })
      await management.register(manageArticleLifecycle, { db, settings, converter })
      await management.register(manageRevisions, { db })
      await management.register(manageArticleDiff, { db })
      await management.register(manageTokens, { db, clock })
      await management.register(manageEvents, { db })
      await management.register(manageExports, { db })
      const jobs = installImports(app, { db, clock, siteLanguage })
      await management.register(manageImports, { db, jobs, clock })
    },
    { prefix: '/manage/v1' },
  )

  registerGauges(registry, { db, cache })
  if (db.replicas) installReplicas(app, db.replicas, registry)
  installBackground(app, { config, db, clock, registry, instance })
  registerMetrics(app, { registry, share: instance.shareMetrics })
  registerHealth(app, {
    checks: { database: () => db.check(), schedule: () => checkSchedule({ db, clock }) },
  })
  registerProblems(app)
  registerOpenApiRoutes(app)
  declareMissingMethods(app, paths)
  await app.ready()
  return app
}

/** What is kept for the choice of ads, in bytes: a part of what answers may take. */
function decisionBytes({ responseCacheMib }: Config): number {
  return Math.min(responseCacheMib / 4, 16) * 1_048_576
}

/** Imports what is sent, until the server closes. */
function installImports(
  app: FastifyInstance,
  options: { readonly db: Db; readonly clock: () => number; readonly siteLanguage: string },
): ImportJobs {
  const onFailure = (err: unknown, id: string) =>
    app.log.error({ err, import: id }, 'an import could not go on')
  const jobs = createImportJobs({ ...options, onFailure })
  app.addHook('onClose', () => jobs.close())
  return jobs
}

/** Reads the changes for those who follow them, until the server closes. */
function installFeed(app: FastifyInstance, db: Db): ChangeFeed {
  const feed = createChangeFeed({
    db,
    onFailure: (err) => app.log.warn({ err }, 'changes cannot be read for the stream; it is tried again'),
  })
  app.addHook('onClose', async () => feed.stop())
  return feed
}

/** Tells of the replicas, in metrics and in the log. */
function installReplicas(app: FastifyInstance, replicas: Replicas, registry: Registry): void {
  replicaMetrics(registry, replicas)
  replicas.onTurn(({ name, isUp }) => {
    if (isUp) app.log.info({ replica: name }, 'replica is read')
    else
      app.log.warn(
        { replica: name },
        'replica is left out: it does not answer, or is no copy of the database',
      )
  })
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

/** The OpenAPI description of both APIs, without any database. Throws where a route is not described. */
export async function describeApi(): Promise<object> {
  const db: Db = {
    published: () => Promise.reject(new Error('there is no database')),
    read: () => Promise.reject(new Error('there is no database')),
    lookUp: () => Promise.reject(new Error('there is no database')),
    openSnapshot: () => Promise.reject(new Error('there is no database')),
    write: () => Promise.reject(new Error('there is no database')),
    publicVersion: () => undefined,
    onChange: () => () => {},
    check: () => Promise.resolve(),
    replicas: undefined,
  }
  const config = readConfig({ LOG_LEVEL: 'silent' })
  const app = await buildApp({
    config,
    db,
    adTokenSecret: new Uint8Array(32),
    previewTokenSecret: new Uint8Array(32),
  })
  const description = app.swagger()
  await app.close()
  assertDescribed(description as OpenAPIV3_1.Document)
  return description
}
