import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { Problem } from '../contract/errors.ts'
import { listOf } from '../contract/list.ts'
import { deliveredTerm, type TermKind } from '../contract/taxonomy.ts'
import { pageAt, readCursor, sortKeys } from '../http/list.ts'
import type { Answering } from './answering.ts'
import { idOrSlugPath, noParameters, termListParameters } from './parameters.ts'

const kinds = [
  { kind: 'section', path: '/v1/sections', one: 'Section', many: 'Sections', which: 'all of them' },
  { kind: 'tag', path: '/v1/tags', one: 'Tag', many: 'Tags', which: 'those of published articles' },
  {
    kind: 'author',
    path: '/v1/authors',
    one: 'Author',
    many: 'Authors',
    which: 'those of published articles',
  },
] as const satisfies readonly { kind: TermKind; path: string; one: string; many: string; which: string }[]

/** Sections, tags and authors, with the count of their published articles. */
export const deliverTerms: FastifyPluginAsyncZod<{ answering: Answering }> = async (app, { answering }) => {
  for (const { kind, path, one, many, which } of kinds) {
    app.get(
      path,
      {
        schema: {
          operationId: `list${many}`,
          tags: ['Delivery'],
          summary: `List ${many.toLowerCase()}`,
          description: `By slug; ${which}.`,
          querystring: termListParameters,
          response: { 200: listOf(deliveredTerm) },
        },
        config: { errors: ['invalid-cursor'] },
      },
      async (request, reply) => {
        const { limit, cursor, count } = request.query
        const after = readCursor(cursor, kind, sortKeys.slug)
        return answering(request, reply, async (published) => {
          const terms = {
            ...(await published.listTerms(kind, { limit, after })),
            total: count ? await published.countTerms(kind) : undefined,
          }
          const page = pageAt(request.url, terms, { limit, scope: kind, show: (term) => term })
          return { ...page, cacheTags: page.answer.data.map((term) => `${kind}:${term.slug}`) }
        })
      },
    )

    app.get(
      `${path}/:idOrSlug`,
      {
        schema: {
          operationId: `get${one}`,
          tags: ['Delivery'],
          summary: `Read a ${one.toLowerCase()}`,
          params: idOrSlugPath,
          querystring: noParameters,
          response: { 200: deliveredTerm },
        },
      },
      async (request, reply) => {
        const idOrSlug = request.params.idOrSlug.normalize('NFC')
        return answering(request, reply, async (published) => {
          const { items } = await published.listTerms(kind, { idOrSlug, limit: 1 })
          const [term] = items
          if (!term) throw new Problem('not-found', `There is no such ${kind}.`)
          return { answer: term, cacheTags: [`${kind}:${term.slug}`] }
        })
      },
    )
  }
}
