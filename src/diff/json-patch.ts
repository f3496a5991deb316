import { isDeepStrictEqual } from 'node:util'
import { createPatch, type Operation } from 'rfc6902'
import { diffArrays } from './arrays.ts'

/**
 * The JSON Patch (RFC 6902) that turns one JSON object into another: `add`, `remove`, `replace` and `move`, to
 * be applied in order. Empty when they are equal.
 */
export function createJsonPatch(before: object, after: object): Operation[] {
  return patchAt(before, after, '')
}

function patchAt(before: unknown, after: unknown, path: string): Operation[] {
  if (isDeepStrictEqual(before, after)) return []
  const operations = createPatch(before, after, (one: unknown, other: unknown, pointer) =>
    // The library's own comparison of arrays takes time with the product of their lengths.
    Array.isArray(one) && Array.isArray(other)
      ? diffArrays(one, other, pointer.toString(), patchAt)
      : undefined,
  )
  return operations.map((operation) => ({
    ...operation,
    ...('from' in operation ? { from: path + operation.from } : {}),
    path: path + operation.path,
  }))
}
