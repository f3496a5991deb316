import swagger, { type SwaggerTransform, type SwaggerTransformObject } from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { OpenAPIV3_1 } from 'openapi-types'
import { z } from 'zod'
import { managementPrefix } from './areas.ts'
import { honoursIdempotencyKey } from './idempotency.ts'
import { completeDocument, type DescribedOperation } from './openapi-document.ts'
import { noBody, noParameters } from './validation.ts'

const bodyMethods = ['DELETE', 'PATCH', 'POST', 'PUT']

const description = `Delivers and edits articles, their related links and their ads.

**Delivery** (\`/v1\`) is public and read-only. **Management** (\`/manage/v1\`) needs a token, sent as
\`Authorization: Bearer <token>\`. Every error is a problem document (RFC 9457) whose \`type\` is a page that
explains it. Unknown members and parameters are errors, never ignored.

The writes of one token are limited, and so are wrong tokens from one address, but never because of those a good one:
\`RateLimit-Policy\` and \`RateLimit\` say how, and 429 with \`Retry-After\` when. Nothing else is limited.`

interface OpenApiOptions {
  /** The version of the program. */
  readonly version: string
  readonly tags: readonly OpenAPIV3_1.TagObject[]
}

/** Collects every route that is declared from now on into an OpenAPI 3.1 document, `app.swagger()`. */
export async function installOpenApi(app: FastifyInstance, { version, tags }: OpenApiOptions): Promise<void> {
  const operations = new Map<string, DescribedOperation>()
  const transform: SwaggerTransform = (input) => {
    const schema = describedSchema(input.schema ?? {}, input.route.config?.contentTypes, input.route.method)
    const { operationId } = schema
    if (operationId !== undefined) operations.set(operationId, factsOf(input.url, schema, input.route))
    const transformed = jsonSchemaTransform({ ...input, schema })
    const security = input.url.startsWith(managementPrefix) ? [{ token: [] }] : []
    return { ...transformed, schema: { ...transformed.schema, security } }
  }
  const transformObject: SwaggerTransformObject = (input) =>
    completeDocument(jsonSchemaTransformObject(input) as OpenAPIV3_1.Document, operations)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: { title: 'Copydesk API', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      tags: [...tags],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token that an admin made.' },
        },
      },
    },
    convertConstToEnum: false,
    stripBasePath: false,
    transform,
    transformObject,
  })
}

/** The schema as it is described: without the empty stand-ins, and with the media types of the body. */
function describedSchema(
  schema: FastifySchema,
  contentTypes: readonly string[] | undefined,
  method: string | string[],
): FastifySchema {
  const { querystring, body, ...rest } = schema
  const forPatch = method === 'PATCH' ? ['application/merge-patch+json', 'application/json'] : undefined
  const consumes = schema.consumes ?? contentTypes ?? forPatch
  return {
    ...rest,
    ...(querystring === noParameters ? {} : { querystring }),
    ...(body === undefined || body === noBody ? {} : { body, ...(consumes ? { consumes } : {}) }),
  }
}

type Route = Parameters<SwaggerTransform>[0]['route']

function factsOf(url: string, schema: FastifySchema, route: Route): DescribedOperation {
  const { body } = schema
  return {
    ownErrors: route.config?.errors ?? [],
    hasPathParameters: url.includes(':'),
    takesBody: [route.method].flat().some((method) => bodyMethods.includes(method)),
    isManagement: url.startsWith(managementPrefix),
    answersVersion: route.config?.answersVersion ?? false,
    honoursIdempotencyKey: url.startsWith(managementPrefix) && honoursIdempotencyKey(route),
    isBodyOptional: body instanceof z.ZodType && body.safeParse(undefined).success,
  }
}
