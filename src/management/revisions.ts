import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { managedArticle } from '../contract/managed-article.ts'
import { revision, revisionPatch, revisionSummary } from '../contract/revision.ts'
import { id } from '../contract/text.ts'
import { pinRevision, restoreRevision } from '../editorial/revisions.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { ifMatchHeader, readIfMatch } from '../http/preconditions.ts'
import { noBody, noParameters } from '../http/validation.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'
import { versionNumber } from './parameters.ts'
import { revisionStateView, revisionView } from './revision-views.ts'
import { changedArticle } from './views.ts'

const articleParams = z.strictObject({ id })
const params = z.strictObject({ id, version: versionNumber })
const tags = ['Articles']

/** What is kept of the versions of an article: list, read, restore, pin. */
export const manageRevisions: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/articles/:id/revisions',
    {
      schema: {
        operationId: 'listRevisions',
        tags,
        summary: 'List the versions of an article that are kept, the newest first',
        description:
          'Every accepted write makes a version. `REVISIONS_KEEP` and `REVISIONS_DAYS` say how many are kept and for how long; the current one, the published one and pinned ones always are.',
        params: articleParams,
        querystring: z.strictObject({
          limit: limitParameter,
          cursor: cursorParameter,
          count: countParameter,
        }),
        response: { 200: listOf(revisionSummary) },
      },
      config: { permission: 'articles.read', errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { id: articleId } = request.params
      const { limit, cursor, count } = request.query
      const scope = ['revisions', articleId]
      const key = readCursor(cursor, scope, sortKeys.version)
      const before = key === undefined ? undefined : Number(key[0])
      const { next, ...page } = await db.read(async (reader) => {
        await reader.articles.getVersions(articleId)
        const listed = await reader.revisions.list(articleId, { before, limit })
        return { ...listed, total: count ? await reader.revisions.count(articleId) : undefined }
      })
      const found = { ...page, next: next === null ? null : ([String(next), articleId] as const) }
      return pageOf(request, reply, found, { limit, scope, show: revisionStateView })
    },
  )

  app.get(
    '/articles/:id/revisions/:version',
    {
      schema: {
        operationId: 'getRevision',
        tags,
        summary: 'Read a version of an article, whole, with its related links',
        params,
        querystring: noParameters,
        response: { 200: revision },
      },
      config: { permission: 'articles.read' },
    },
    async (request) => {
      const { id: articleId, version } = request.params
      const found = await db.read(async (reader) => {
        await reader.articles.getVersions(articleId)
        return reader.revisions.get(articleId, version)
      })
      return revisionView(found)
    },
  )

  app.patch(
    '/articles/:id/revisions/:version',
    {
      schema: {
        operationId: 'patchRevision',
        tags,
        summary: 'Pin a version, or no longer',
        description:
          'A pinned version is kept until the article is deleted. It has no `ETag`, and `If-Match` is not needed.',
        params,
        querystring: noParameters,
        body: revisionPatch,
        response: { 200: revisionSummary },
      },
      config: { permission: 'articles.edit', errors: ['invalid-transition'] },
    },
    async (request) => {
      const { actor, body } = request
      const { id: articleId, version } = request.params
      const pinned = body.pinned ? 'pinned' : 'unpinned'
      return revisionStateView(await db.write((tx) => pinRevision(tx, actor, articleId, version, pinned)))
    },
  )

  app.post(
    '/articles/:id/revisions/:version/restore',
    {
      schema: {
        operationId: 'restoreRevision',
        tags,
        summary: 'Make an old version the working copy again',
        description:
          'Content and related links come back as a new version, with their order, ids and keys. What is public stays until the next publish. A section, tag or author that was deleted since is left out, and where another article has the old slug by now, the slug of today stays: compare the answer.',
        params,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: noBody,
        response: { 200: managedArticle },
      },
      config: { permission: 'articles.write', errors: ['invalid-transition', 'version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor } = request
        const { id: articleId, version } = request.params
        return changedArticle(await restoreRevision(tx, actor, articleId, version, expected), actor)
      })
    },
  )
}
