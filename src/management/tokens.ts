import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { someOf } from '../contract/filter.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { id } from '../contract/text.ts'
import {
  managedToken,
  rotateInput,
  tokenInput,
  tokenPatch,
  tokenStatuses,
  tokenWithSecret,
} from '../contract/token.ts'
import { createToken, patchToken, replaceToken, revokeToken, rotateToken } from '../editorial/tokens.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { ifMatchHeader, readIfMatch, requireIfMatch, versionTag } from '../http/preconditions.ts'
import type { Db } from '../store/index.ts'
import type { StoredToken } from '../store/tokens.ts'
import { answerWrite } from './answers.ts'
import { secretAnswer, tokenView } from './token-views.ts'

interface TokenOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const params = z.strictObject({ id })
const tags = ['Tokens']
const permission = 'tokens.write'
const versioned = ['version-mismatch', 'precondition-required'] as const
const listParameters = z.strictObject({
  status: someOf(tokenStatuses)
    .optional()
    .describe('States, separated by commas: any of them.')
    .meta({ type: 'string', items: undefined, examples: ['active,expired'] }),
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})
const giving =
  'Nobody gives more than they have: the caller needs every permission of the token (403 `missingPermissions`), and where the caller’s own token expires, this one must not outlive it.'

/** Bearer tokens: who may do what. A secret is answered once, when it is made. */
export const manageTokens: FastifyPluginAsyncZod<TokenOptions> = async (app, { db, clock }) => {
  const now = () => new Date(clock()).toISOString()
  const answer = (reply: FastifyReply, token: StoredToken) => {
    reply.header('etag', versionTag(token.version))
    return tokenView(token, now())
  }

  app.get(
    '/tokens',
    {
      schema: {
        operationId: 'listTokens',
        tags,
        summary: 'List tokens, the newest first',
        description: 'Revoked ones too: what they did is still in the audit log under their name.',
        querystring: listParameters,
        response: { 200: listOf(managedToken) },
      },
      config: { permission, errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count, status } = request.query
      const scope = ['tokens', status]
      const after = readCursor(cursor, scope, sortKeys.id)
      const at = now()
      const found = await db.read(async ({ tokens }) => ({
        ...(await tokens.list({ status, now: at, after, limit })),
        total: count ? await tokens.count({ status, now: at }) : undefined,
      }))
      return pageOf(request, reply, found, { limit, scope, show: (token) => tokenView(token, at) })
    },
  )

  app.post(
    '/tokens',
    {
      schema: {
        operationId: 'createToken',
        tags,
        summary: 'Make a token',
        description: `Answers its secret, as \`token\`, this once: only a hash of it is kept. ${giving}`,
        body: tokenInput,
        response: { 201: tokenWithSecret },
      },
      config: { permission },
    },
    (request, reply) =>
      answerWrite(db, request, reply, async (tx) => {
        const made = await createToken(tx, request.actor, request.body)
        const shown = secretAnswer(made, tx.now)
        const location = `/manage/v1/tokens/${made.token.id}`
        return { ...shown, status: 201, headers: { ...shown.headers, location } }
      }),
  )

  app.get(
    '/tokens/:id',
    {
      schema: {
        operationId: 'getToken',
        tags,
        summary: 'Read a token',
        params,
        response: { 200: managedToken },
      },
      config: { permission },
    },
    async (request, reply) => answer(reply, await db.read((reader) => reader.tokens.get(request.params.id))),
  )

  app.put(
    '/tokens/:id',
    {
      schema: {
        operationId: 'replaceToken',
        tags,
        summary: 'Replace name, permissions and end of a token',
        description: `Its secret stays. Without \`expiresAt\` it never expires. ${giving}`,
        params,
        headers: ifMatchHeader,
        body: tokenInput,
        response: { 200: managedToken },
      },
      config: { permission, errors: ['invalid-transition', ...versioned] },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const token = await db.write((tx) =>
        replaceToken(tx, request.actor, request.params.id, expected, request.body),
      )
      return answer(reply, token)
    },
  )

  app.patch(
    '/tokens/:id',
    {
      schema: {
        operationId: 'patchToken',
        tags,
        summary: 'Change a token',
        description: `In force at once, everywhere. Setting one of \`role\` and \`permissions\` clears the other. ${giving}`,
        params,
        headers: ifMatchHeader,
        body: tokenPatch,
        response: { 200: managedToken },
      },
      config: { permission, errors: ['invalid-transition', ...versioned] },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const token = await db.write((tx) =>
        patchToken(tx, request.actor, request.params.id, expected, request.body),
      )
      return answer(reply, token)
    },
  )

  app.delete(
    '/tokens/:id',
    {
      schema: {
        operationId: 'revokeToken',
        tags,
        summary: 'Revoke a token',
        description:
          'For good and at once, everywhere. It stays in the list as `revoked`; to revoke it again is 204 too. It takes nothing of what the token may do.',
        params,
        headers: ifMatchHeader,
        response: { 204: z.undefined().describe('It is revoked.') },
      },
      config: { permission, errors: [...versioned] },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      await db.write((tx) => revokeToken(tx, request.actor, request.params.id, expected))
      return reply.code(204).send()
    },
  )

  app.post(
    '/tokens/:id/rotate',
    {
      schema: {
        operationId: 'rotateToken',
        tags,
        summary: 'Give a token a new secret',
        description: `Answers the new secret, as \`token\`, this once. The present one works for \`overlapSeconds\` more (a day when absent), so that those who use it can change over; one from before that ends now. ${giving}`,
        params,
        headers: ifMatchHeader,
        body: rotateInput.optional(),
        response: { 200: tokenWithSecret },
      },
      config: { permission, errors: ['invalid-transition', 'version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      const { overlapSeconds } = request.body ?? rotateInput.parse({})
      return answerWrite(db, request, reply, async (tx) =>
        secretAnswer(
          await rotateToken(tx, request.actor, request.params.id, expected, overlapSeconds),
          tx.now,
        ),
      )
    },
  )
}
