import type { OpenAPIV3_1 } from 'openapi-types'

const methods = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'] as const

export interface NamedOperation {
  /** The method in capitals and the path. */
  readonly name: string
  readonly method: (typeof methods)[number]
  readonly path: string
  readonly operation: OpenAPIV3_1.OperationObject
}

/** Every operation of a document with its method and path as its name. */
export function listOperations(document: OpenAPIV3_1.Document): NamedOperation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined
        ? []
        : [{ name: `${method.toUpperCase()} ${path}`, method, path, operation }]
    }),
  )
}

/**
 * Throws, naming the operations, when one lacks its `operationId`, summary, tag or example, or shares its
 * `operationId` with another. Error examples do not count: every operation has those.
 */
export function assertDescribed(document: OpenAPIV3_1.Document): void {
  const seen = new Map<string, string>()
  const complaints = listOperations(document).flatMap(({ name, operation }) => {
    const { operationId } = operation
    const other = operationId === undefined ? undefined : seen.get(operationId)
    if (operationId !== undefined) seen.set(operationId, name)
    const missing = [
      operationId === undefined && 'an operationId',
      other !== undefined && `an operationId of its own (\`${operationId}\` is that of ${other})`,
      !operation.summary && 'a summary',
      !operation.tags?.length && 'a tag',
      !hasExample(operation) && 'an example',
    ].filter((part) => typeof part === 'string')
    return missing.length === 0 ? [] : [`${name} lacks ${missing.join(', ')}`]
  })
  if (complaints.length > 0) {
    throw new Error(`The OpenAPI description is incomplete:\n${complaints.join('\n')}`)
  }
}

interface Exemplified {
  readonly example?: unknown
  readonly examples?: unknown
}

function hasExample(operation: OpenAPIV3_1.OperationObject): boolean {
  const { requestBody = {}, responses = {}, parameters = [] } = operation
  const successes = Object.entries(responses).filter(([status]) => /^[123]/.test(status))
  const contents = [requestBody, ...successes.map(([, response]) => response)].flatMap((part) =>
    'content' in part ? Object.values(part.content ?? {}) : [],
  )
  const exemplified: Exemplified[] = [...contents, ...parameters]
  return exemplified.some(({ example, examples }) => example !== undefined || examples !== undefined)
}
