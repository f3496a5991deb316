import { STATUS_CODES } from 'node:http'
import type { OpenAPIV3_1 } from 'openapi-types'
import { listOperations } from './openapi-checks.ts'
import { tidyComponents } from './openapi-components.ts'
import {
  errorExamples,
  errorResponses,
  errorsOf,
  type OperationFacts,
  problemSchema,
  sharedResponses,
} from './openapi-errors.ts'
import { addExamples } from './openapi-examples.ts'
import { describeHeaders, headerComponents } from './openapi-headers.ts'

export interface DescribedOperation extends OperationFacts {
  readonly isBodyOptional: boolean
  readonly answersVersion: boolean
}

/**
 * Completes the document that the routes gave: the error answers of each operation, examples, and components
 * without doubles. `operations` has the facts of each route by its `operationId`.
 */
export function completeDocument(
  document: OpenAPIV3_1.Document,
  operations: ReadonlyMap<string, DescribedOperation>,
): OpenAPIV3_1.Document {
  const described = listOperations(document).flatMap((named) => {
    const facts = operations.get(named.operation.operationId ?? '')
    return facts === undefined ? [] : [{ named, facts, codes: errorsOf(facts) }]
  })
  const usedCodes = [...new Set(described.flatMap(({ codes }) => codes))].toSorted()
  const schemas = { ...document.components?.schemas, Problem: problemSchema }
  for (const { named, facts, codes } of described) {
    const { operation } = named
    completeResponses(operation, schemas)
    completeRequest(operation, facts, schemas)
    describeHeaders(named, facts, schemas)
    operation.responses = { ...operation.responses, ...errorResponses(codes) }
  }
  return tidyComponents({
    ...document,
    components: {
      ...document.components,
      ...headerComponents,
      schemas,
      responses: { ...headerComponents.responses, ...sharedResponses(usedCodes) },
      examples: errorExamples(usedCodes),
    },
  })
}

type Schemas = NonNullable<OpenAPIV3_1.ComponentsObject['schemas']>

function completeResponses(operation: OpenAPIV3_1.OperationObject, schemas: Schemas): void {
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if ('$ref' in response) continue
    if (!response.description || response.description === 'Default Response') {
      response.description = STATUS_CODES[status] ?? 'The answer'
    }
    addExamples(response.content, schemas)
  }
}

function completeRequest(
  operation: OpenAPIV3_1.OperationObject,
  facts: DescribedOperation,
  schemas: Schemas,
): void {
  for (const parameter of operation.parameters ?? []) {
    if (!('in' in parameter) || parameter.in !== 'header') continue
    // The schema cannot say so: without the header the answer is 428, not 400.
    if (parameter.name === 'if-match') parameter.required = facts.ownErrors.includes('precondition-required')
    parameter.name = titleCase(parameter.name)
  }
  const { requestBody } = operation
  if (requestBody === undefined || '$ref' in requestBody) return
  requestBody.required = !facts.isBodyOptional
  addExamples(requestBody.content, schemas)
}

/** `if-match` as `If-Match`: Fastify needs header names in lower case, readers know the other form. */
function titleCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_match, dash: string, letter: string) => dash + letter.toUpperCase())
}
