import type { OpenAPIV3_1 } from 'openapi-types'
import { description } from '../support/contract.ts'
import type { Operation } from './operations.ts'

/** Reads the schemas of the description. */

export type Schema = OpenAPIV3_1.SchemaObject

/** The schema itself, where it may be a reference. */
export function resolved(schema: OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject): Schema {
  if (!('$ref' in schema)) return schema
  const name = schema.$ref.split('/').at(-1) ?? ''
  return resolved(description.components?.schemas?.[name] ?? {})
}

/** The forms that a value may have: those of a union, each by itself. */
export function formsOf(schema: OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject): Schema[] {
  const found = resolved(schema)
  const union = found.anyOf ?? found.oneOf
  return union === undefined ? [found] : union.flatMap(formsOf)
}

/** The form of a body that has all of its members; the schema itself where it has but one. */
export function formOf(schema: Schema, body: object): Schema {
  const has = ({ properties = {} }: Schema) => Object.keys(body).every((name) => name in properties)
  return formsOf(schema).find(has) ?? schema
}

/** The members of an object, whichever form it has. */
export function membersOf(
  schema: OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject,
): Map<string, Schema> {
  const members = formsOf(schema).flatMap((form) => Object.entries(form.properties ?? {}))
  return new Map(members.map(([name, member]) => [name, resolved(member)]))
}

/** The schema of the items of an array; undefined for what is none. */
export function itemsOf(schema: Schema): Schema | undefined {
  for (const form of formsOf(schema)) if ('items' in form && form.items) return resolved(form.items)
  return undefined
}

/** The names of all that an answer shows, with dots: those of the items where it is a list. */
export function shownNames({ described }: Pick<Operation, 'described'>): string[] {
  const schema = answerSchema(described)
  if (!schema) return []
  const data = membersOf(schema).get('data')
  return namesWithin((data && itemsOf(data)) ?? schema, 3)
}

function namesWithin(schema: Schema, depth: number): string[] {
  if (depth === 0) return []
  return [...membersOf(schema)].flatMap(([name, member]) => {
    // What a body is made of is text, and no field.
    if (name === 'body') return [name]
    return [name, ...namesWithin(itemsOf(member) ?? member, depth - 1).map((inner) => `${name}.${inner}`)]
  })
}

function answerSchema(described: Operation['described']): Schema | undefined {
  for (const status of ['200', '201']) {
    const response = described?.responses?.[status]
    const content = response && 'content' in response ? response.content : undefined
    const schema = content?.['application/json']?.schema
    if (schema) return resolved(schema)
  }
  return undefined
}

/** The schema of the body of a request; undefined where there is none, or none in JSON. */
export function bodySchema({ described }: Pick<Operation, 'described'>): Schema | undefined {
  const body = described?.requestBody
  const schema = body && 'content' in body ? body.content['application/json']?.schema : undefined
  return schema && resolved(schema)
}
