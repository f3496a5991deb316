import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { managedTerm, type TermKind, termInput, termPatch } from '../contract/taxonomy.ts'
import { id } from '../contract/text.ts'
import { createTerm, deleteTerm, patchTerm, replaceTerm } from '../editorial/terms.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { ifMatchHeader, requireIfMatch, versionTag } from '../http/preconditions.ts'
import { noParameters } from '../http/validation.ts'
import type { Db } from '../store/index.ts'
import type { StoredTerm } from '../store/terms.ts'
import { answerWrite } from './answers.ts'

const kinds = [
  { kind: 'section', path: '/sections', one: 'Section', many: 'Sections', a: 'a section' },
  { kind: 'tag', path: '/tags', one: 'Tag', many: 'Tags', a: 'a tag' },
  { kind: 'author', path: '/authors', one: 'Author', many: 'Authors', a: 'an author' },
] as const satisfies readonly { kind: TermKind; path: string; one: string; many: string; a: string }[]

const params = z.strictObject({ id })
const tags = ['Taxonomy']
const versioned = ['version-mismatch', 'precondition-required'] as const

/** Sections, tags and authors. What is changed here is live at once. */
export const manageTerms: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  const answer = (reply: FastifyReply, term: StoredTerm) => {
    reply.header('etag', versionTag(term.version))
    return term
  }

  for (const { kind, path, one, many, a } of kinds) {
    app.get(
      path,
      {
        schema: {
          operationId: `listManaged${many}`,
          tags,
          summary: `List ${many.toLowerCase()}, by slug`,
          querystring: z.strictObject({
            limit: limitParameter,
            cursor: cursorParameter,
            count: countParameter,
          }),
          response: { 200: listOf(managedTerm) },
        },
        config: { permission: 'articles.read', errors: ['invalid-cursor'] },
      },
      async (request, reply) => {
        const { limit, cursor, count } = request.query
        const scope = ['managed', kind]
        const after = readCursor(cursor, scope, sortKeys.slug)
        const found = await db.read(async (reader) => ({
          ...(await reader.terms.list(kind, { after, limit })),
          total: count ? await reader.terms.count(kind) : undefined,
        }))
        return pageOf(request, reply, found, { limit, scope, show: (term) => term })
      },
    )

    app.post(
      path,
      {
        schema: {
          operationId: `create${one}`,
          tags,
          summary: `Make ${a}`,
          body: termInput,
          response: { 201: managedTerm },
        },
        config: { permission: 'taxonomy.write', errors: ['slug-taken'] },
      },
      (request, reply) =>
        answerWrite(db, request, reply, async (tx) => {
          const term = await createTerm(tx, request.actor, kind, request.body)
          const headers = { etag: versionTag(term.version), location: `/manage/v1${path}/${term.id}` }
          return { status: 201, headers, body: term }
        }),
    )

    app.get(
      `${path}/:id`,
      {
        schema: {
          operationId: `getManaged${one}`,
          tags,
          summary: `Read ${a}`,
          params,
          response: { 200: managedTerm },
        },
        config: { permission: 'articles.read' },
      },
      async (request, reply) =>
        answer(reply, await db.read((reader) => reader.terms.get(kind, request.params.id))),
    )

    app.put(
      `${path}/:id`,
      {
        schema: {
          operationId: `replace${one}`,
          tags,
          summary: `Replace ${a}`,
          params,
          querystring: noParameters,
          headers: ifMatchHeader,
          body: termInput,
          response: { 200: managedTerm },
        },
        config: { permission: 'taxonomy.write', errors: ['slug-taken', ...versioned] },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request)
        const term = await db.write((tx) =>
          replaceTerm(tx, request.actor, kind, request.params.id, expected, request.body),
        )
        return answer(reply, term)
      },
    )

    app.patch(
      `${path}/:id`,
      {
        schema: {
          operationId: `patch${one}`,
          tags,
          summary: `Change ${a}`,
          params,
          headers: ifMatchHeader,
          body: termPatch,
          response: { 200: managedTerm },
        },
        config: { permission: 'taxonomy.write', errors: ['slug-taken', ...versioned] },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request)
        const term = await db.write((tx) =>
          patchTerm(tx, request.actor, kind, request.params.id, expected, request.body),
        )
        return answer(reply, term)
      },
    )

    app.delete(
      `${path}/:id`,
      {
        schema: {
          operationId: `delete${one}`,
          tags,
          summary: `Delete ${a} that nothing refers to`,
          params,
          headers: ifMatchHeader,
          response: { 204: z.undefined().describe('It is deleted.') },
        },
        config: { permission: 'taxonomy.write', errors: ['in-use', ...versioned] },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request)
        await db.write((tx) => deleteTerm(tx, request.actor, kind, request.params.id, expected))
        return reply.code(204).send()
      },
    )
  }
}
