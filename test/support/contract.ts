import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { OpenAPIV3_1 } from 'openapi-types'
import { expect } from 'vitest'

const file = new URL('../../openapi/openapi.json', import.meta.url)
export const description = JSON.parse(readFileSync(file, 'utf8')) as OpenAPIV3_1.Document

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(description, 'openapi')

const validators = new Map<string, ValidateFunction>()

/** What is wrong with a value by the schema at this JSON pointer of the description; empty when nothing is. */
export function faultsBySchema(pointer: string, value: unknown): string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` })
  validators.set(pointer, validate)
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
  expect(faultsByDescription(method, path, answer), `${method} ${path} ${answer.status}`).toEqual([])
}

/** Where an answer is not as the description says; empty when it is. */
export function faultsByDescription(
  method: string,
  path: string,
  { status, headers, body }: Answer,
): string[] {
  const response = description.paths?.[path]?.[method as 'get']?.responses?.[String(status)]
  if (response === undefined) return [`the status ${status} is not described`]
  const mediaType = headers['content-type']?.split(';')[0]
  if (mediaType === undefined || !mediaType.endsWith('json')) return []
  // Answers that many operations have in common stand in one place.
  const parts =
    '$ref' in response
      ? response.$ref.split('/').slice(1)
      : ['paths', path, method, 'responses', String(status)]
  const pointer = [...parts, 'content', mediaType, 'schema'].map(escapePointer).join('/')
  return faultsBySchema(`/${pointer}`, body)
}
