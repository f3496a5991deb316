import type { FastifyInstance } from 'fastify'
import { stringify } from 'yaml'
import { z } from 'zod'
import { sendRepresentation } from './conditional.ts'
import { Representation } from './representation.ts'

const cacheControl = 'public, max-age=300'

/** `GET /openapi.json` and `GET /openapi.yaml`; the document is made once, when it is first asked for. */
export function registerOpenApiRoutes(app: FastifyInstance): void {
  const startedAt = new Date().toISOString()
  const forms = [
    {
      url: '/openapi.json',
      operationId: 'getOpenApiJson',
      summary: 'Describes both APIs as OpenAPI 3.1, in JSON.',
      mediaType: 'application/json',
      contentType: 'application/json; charset=utf-8',
      schema: z.looseObject({ openapi: z.string() }).meta({ examples: [{ openapi: '3.1.1' }] }),
      write: (document: object) => JSON.stringify(document),
    },
    {
      url: '/openapi.yaml',
      operationId: 'getOpenApiYaml',
      summary: 'Describes both APIs as OpenAPI 3.1, in YAML.',
      mediaType: 'application/yaml',
      contentType: 'application/yaml',
      schema: z.string().meta({ examples: ['openapi: 3.1.1\n'] }),
      write: (document: object) => stringify(document, { aliasDuplicateObjects: false }),
    },
  ]
  for (const { url, operationId, summary, mediaType, contentType, schema, write } of forms) {
    let representation: Representation | undefined
    const response = { 200: { description: 'The document.', content: { [mediaType]: { schema } } } }
    app.get(url, { schema: { operationId, summary, tags: ['System'], response } }, (request, reply) => {
      representation ??= new Representation({
        bytes: Buffer.from(write(app.swagger())),
        contentType,
        lastModified: startedAt,
        cacheControl,
        cacheTags: [],
      })
      return sendRepresentation(request, reply, representation)
    })
  }
}
