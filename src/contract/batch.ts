import { z } from 'zod'

/** In one batch. */
export const mostOperations = 100

/** Characters; what a request line may have. */
const longestPath = 16_000

const operation = (isPath: (path: string) => boolean) =>
  z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).meta({ examples: ['POST'] }),
      path: z
        .string()
        .max(longestPath)
        .refine(isPath, {
          error:
            'must be a path of the management API that can be in a batch, such as /articles or /manage/v1/articles',
          params: { code: 'invalid-path' },
        })
        .describe('With its query; with or without `/manage/v1` before it.')
        .meta({ examples: ['/articles'] }),
      body: z
        .unknown()
        .optional()
        .describe('What the operation takes as its body.')
        .meta({ examples: [{ title: 'Harbour bridge reopens' }] }),
      ifMatch: z
        .union([
          z.int().min(1).max(Number.MAX_SAFE_INTEGER),
          z
            .string()
            .regex(/^[\x21-\x7e][\x20-\x7e]{0,999}$/, 'must be a value of If-Match, such as "3" or *'),
        ])
        .optional()
        .describe(
          'The `If-Match` of the operation: its value (`"3"` with the quotes, or `*`), or the version as a number.',
        )
        .meta({ examples: ['"3"'] }),
    })
    .meta({ id: 'BatchOperation' })

/** Several operations in one request. `isPath` says which paths there are. */
export function batchInput(isPath: (path: string) => boolean) {
  return z
    .strictObject({
      atomic: z
        .boolean()
        .describe('True writes all or nothing, in one transaction; false answers each operation by itself.'),
      operations: z.array(operation(isPath)).min(1).max(mostOperations),
    })
    .meta({
      id: 'Batch',
      examples: [
        {
          atomic: true,
          operations: [
            { method: 'POST', path: '/tags', body: { name: 'Transport' } },
            {
              method: 'DELETE',
              path: '/tags/018ced2a-4000-7000-8000-00000000c002',
              ifMatch: '"3"',
            },
          ],
        },
      ],
    })
}

/** What became of each operation, in their order. */
export const batchResult = z
  .strictObject({
    results: z.array(
      z.strictObject({
        status: z.int().min(200).max(599).describe('The HTTP status of the operation.'),
        body: z
          .unknown()
          .describe('Its answer, a problem document where it failed; null where there is none.'),
      }),
    ),
  })
  .meta({
    id: 'BatchResult',
    examples: [
      {
        results: [
          {
            status: 201,
            body: {
              id: '018ced2a-4000-7000-8000-00000000c001',
              slug: 'transport',
              name: 'Transport',
              version: 1,
              createdAt: '2024-01-09T08:00:00.000Z',
              updatedAt: '2024-01-09T08:00:00.000Z',
            },
          },
          { status: 204, body: null },
        ],
      },
    ],
  })
export type BatchOperation = z.output<ReturnType<typeof operation>>
export type BatchResult = z.infer<typeof batchResult>
