import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { OpenAPIV3_1 } from 'openapi-types'
import { expect } from 'vitest'

const file = new URL('../../openapi/openapi.json', import.meta.url)
export const description = JSON.parse(readFileSync(file, 'utf8')) as OpenAPIV3_1.Document

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(description, 'openapi')

/** What is wrong with a value by the schema at this JSON pointer of the description; empty when nothing is. */
export function faultsBySchema(pointer: string, value: unknown): string[] {
  const validate = ajv.compile({ $ref: `openapi#${pointer}` })
  validate(value)
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

export function escapePointer(name: string): string {
  return encodeURI(name.replaceAll('~', '~0').replaceAll('/', '~1'))
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: unknown
}

/** Expects an answer to be as the description says: its status is there, and its JSON is of that form. */
export function expectDescribed(method: string, path: string, answer: Answer): void {
  const operation = description.paths?.[path]?.[method as 'get']
  const where = `${method} ${path} ${answer.status}`
  expect(operation?.responses, where).toHaveProperty([String(answer.status)])
  const mediaType = answer.headers['content-type']?.split(';')[0]
  if (mediaType === undefined || !mediaType.endsWith('json')) return
  const response = operation?.responses?.[String(answer.status)]
  // Answers that many operations have in common stand in one place.
  const parts =
    response && '$ref' in response
      ? response.$ref.split('/').slice(1)
      : ['paths', path, method, 'responses', String(answer.status)]
  const pointer = [...parts, 'content', mediaType, 'schema'].map(escapePointer).join('/')
  expect(faultsBySchema(`/${pointer}`, answer.body), where).toEqual([])
}
