import type { OpenAPIV3_1 } from 'openapi-types'

type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject
type Schemas = NonNullable<OpenAPIV3_1.ComponentsObject['schemas']>

const deepest = 8

/** Gives each media type without an example the one that its schema has, or one put together from its members. */
export function addExamples(
  content: Record<string, OpenAPIV3_1.MediaTypeObject> | undefined,
  schemas: Schemas,
): void {
  for (const media of Object.values(content ?? {})) {
    if (media.example !== undefined || media.examples !== undefined || media.schema === undefined) continue
    const example = exampleOf(media.schema, schemas, 0)
    if (example !== undefined) media.example = example
  }
}

/** An example for a schema: its own, or one made of those of its parts; undefined when a part has none. */
function exampleOf(schema: Schema, schemas: Schemas, depth: number): unknown {
  if (depth > deepest) return undefined
  if ('$ref' in schema) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? '']
    return target === undefined ? undefined : exampleOf(target, schemas, depth + 1)
  }
  const [given = schema.example ?? schema.const ?? schema.default ?? schema.enum?.[0]] = schema.examples ?? []
  if (given !== undefined) return given
  const [form] = schema.anyOf ?? schema.oneOf ?? []
  if (form !== undefined) return exampleOf(form, schemas, depth + 1)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'array') return exampleOfItems(schema, schemas, depth)
  return type === 'object' ? exampleOfMembers(schema, schemas, depth) : plainExamples[type ?? '']?.(schema)
}

const plainExamples: Readonly<Record<string, (schema: OpenAPIV3_1.SchemaObject) => unknown>> = {
  boolean: () => true,
  integer: (schema) => Math.max(schema.minimum ?? 1, 1),
  number: (schema) => Math.max(schema.minimum ?? 1, 1),
  null: () => null,
  string: ({ pattern, format, minLength = 0 }) =>
    pattern === undefined && format === undefined && minLength <= 4 ? 'text' : undefined,
}

function exampleOfItems(schema: OpenAPIV3_1.SchemaObject, schemas: Schemas, depth: number): unknown {
  const item = 'items' in schema && schema.items ? exampleOf(schema.items, schemas, depth + 1) : undefined
  if (item !== undefined && (schema.minItems ?? 0) <= 1) return [item]
  return (schema.minItems ?? 0) === 0 ? [] : undefined
}

function exampleOfMembers(schema: OpenAPIV3_1.SchemaObject, schemas: Schemas, depth: number): unknown {
  const example: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const value = exampleOf(member, schemas, depth + 1)
    if (value !== undefined) example[name] = value
    else if (schema.required?.includes(name)) return undefined
  }
  return example
}
