import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { z } from 'zod'
import type { ErrorCode } from '../contract/errors.ts'
import { countParameter, cursorParameter, limitParameter, listOf, type Paged } from '../contract/list.ts'
import type { Actor, Permission } from '../contract/permissions.ts'
import { id } from '../contract/text.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { type Expected, ifMatchHeader, requireIfMatch, versionTag } from '../http/preconditions.ts'
import type { Db, Reader, Writer } from '../store/index.ts'
import { answerWrite } from './answers.ts'

/** Something that is listed, made, read, replaced, changed and deleted, all in one way. */

interface Page {
  readonly after: readonly [string, string] | undefined
  readonly limit: number
}

interface Versioned {
  readonly id: string
  readonly version: number
}

export interface AdResource<
  Filter extends z.ZodRawShape,
  Input extends z.ZodType,
  Patch extends z.ZodType,
  Stored extends Versioned,
  View extends z.ZodType<object, object>,
> {
  /** Such as `/ad-slots`. */
  readonly path: string
  /** Who may see and write it; those who place ads when absent. */
  readonly permission?: Permission
  readonly tags?: string[]
  /** What it is called in operation ids: `AdSlot`, `AdSlots`. */
  readonly names: { readonly one: string; readonly many: string }
  /** In sentences: `an ad slot`, `ad slots`. */
  readonly words: { readonly one: string; readonly many: string; readonly order: string }
  readonly filter: Filter
  /** What lists are ordered by. */
  readonly sortKey: keyof typeof sortKeys
  readonly input: Input
  readonly patch: Patch
  readonly view: View
  /** Errors of making and changing it. */
  readonly errors: readonly ErrorCode[]
  /** Errors of deleting it. */
  readonly deletingErrors: readonly ErrorCode[]
  readonly deleting: string
  list(reader: Reader, filter: z.output<z.ZodObject<Filter>>, page: Page): Promise<Paged<Stored>>
  count(reader: Reader, filter: z.output<z.ZodObject<Filter>>): Promise<number>
  get(reader: Reader, id: string): Promise<Stored>
  create(tx: Writer, actor: Actor, input: z.output<Input>): Promise<Stored>
  /** Changes what is sent; a `PUT` sends all of it. */
  change(
    tx: Writer,
    actor: Actor,
    id: string,
    expected: Expected,
    patch: z.output<Patch> | z.output<Input>,
  ): Promise<Stored>
  remove(tx: Writer, actor: Actor, id: string, expected: Expected): Promise<void>
  show(stored: Stored): z.input<View>
}

export const adTags = ['Ads']
/** Who may see and write all that has to do with placing ads. */
export const adPermission = 'ads.write'
const params = z.strictObject({ id })
const versioned = ['version-mismatch', 'precondition-required'] as const

/** As any schema: the type of an answer cannot be worked out for every resource at once. */
const described = (schema: FastifySchema): FastifySchema => schema

/** Declares the routes of a resource. */
export function manageAdResource<
  Filter extends z.ZodRawShape,
  Input extends z.ZodType,
  Patch extends z.ZodType,
  Stored extends Versioned,
  View extends z.ZodType<object, object>,
>(app: FastifyInstance, db: Db, resource: AdResource<Filter, Input, Patch, Stored, View>): void {
  const { path, names, words, input, patch, view, permission = adPermission, tags = adTags } = resource

  const answer = (reply: FastifyReply, stored: Stored): object => {
    reply.header('etag', versionTag(stored.version))
    return resource.show(stored)
  }

  async function change(request: FastifyRequest, reply: FastifyReply): Promise<object> {
    const expected = requireIfMatch(request)
    const { id } = request.params as z.output<typeof params>
    const body = request.body as z.output<Patch>
    return answer(reply, await db.write((tx) => resource.change(tx, request.actor, id, expected, body)))
  }

  app.get(
    path,
    {
      schema: described({
        operationId: `list${names.many}`,
        tags,
        summary: `List ${words.many}, ${words.order}`,
        querystring: z.strictObject({
          ...resource.filter,
          limit: limitParameter,
          cursor: cursorParameter,
          count: countParameter,
        }),
        response: { 200: listOf(view) },
      }),
      config: { permission, errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count, ...others } = request.query as z.output<z.ZodObject<Filter>> & {
        limit: number
        cursor?: string
        count?: boolean
      }
      const filter = others as unknown as z.output<z.ZodObject<Filter>>
      const scope = [path, filter]
      const after = readCursor(cursor, scope, sortKeys[resource.sortKey])
      const found = await db.read(async (reader) => ({
        ...(await resource.list(reader, filter, { after, limit })),
        total: count ? await resource.count(reader, filter) : undefined,
      }))
      return pageOf(request, reply, found, { limit, scope, show: resource.show })
    },
  )

  app.post(
    path,
    {
      schema: described({
        operationId: `create${names.one}`,
        tags,
        summary: `Make ${words.one}`,
        body: input,
        response: { 201: view },
      }),
      config: { permission, errors: resource.errors },
    },
    (request, reply) =>
      answerWrite(db, request, reply, async (tx) => {
        const made = await resource.create(tx, request.actor, request.body as z.output<Input>)
        const location = `/manage/v1${path}/${made.id}`
        return {
          status: 201,
          headers: { etag: versionTag(made.version), location },
          body: resource.show(made),
        }
      }),
  )

  app.get(
    `${path}/:id`,
    {
      schema: described({
        operationId: `get${names.one}`,
        tags,
        summary: `Read ${words.one}`,
        params,
        response: { 200: view },
      }),
      config: { permission },
    },
    async (request, reply) => {
      const { id } = request.params as z.output<typeof params>
      return answer(reply, await db.read((reader) => resource.get(reader, id)))
    },
  )

  app.put(
    `${path}/:id`,
    {
      schema: described({
        operationId: `replace${names.one}`,
        tags,
        summary: `Replace ${words.one}`,
        description: 'What is not sent is what it is when a new one is made without it.',
        params,
        headers: ifMatchHeader,
        body: input,
        response: { 200: view },
      }),
      config: { permission, errors: [...resource.errors, ...versioned] },
    },
    change,
  )

  app.patch(
    `${path}/:id`,
    {
      schema: described({
        operationId: `patch${names.one}`,
        tags,
        summary: `Change ${words.one}`,
        description: 'A JSON Merge Patch (RFC 7396), live at once.',
        params,
        headers: ifMatchHeader,
        body: patch,
        response: { 200: view },
      }),
      config: { permission, errors: [...resource.errors, ...versioned] },
    },
    change,
  )

  app.delete(
    `${path}/:id`,
    {
      schema: described({
        operationId: `delete${names.one}`,
        tags,
        summary: `Delete ${resource.deleting}`,
        params,
        headers: ifMatchHeader,
        response: { 204: z.undefined().describe('It is deleted.') },
      }),
      config: { permission, errors: [...resource.deletingErrors, ...versioned] },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const { id } = request.params as z.output<typeof params>
      await db.write((tx) => resource.remove(tx, request.actor, id, expected))
      return reply.code(204).send()
    },
  )
}
