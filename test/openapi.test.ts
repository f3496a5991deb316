import { describe, expect, it } from 'vitest'
import { describeApi } from '../src/app.ts'
import { description, escapePointer, faultsBySchema } from './support/contract.ts'

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const

interface Media {
  readonly example?: unknown
  readonly schema?: unknown
}

describe('the OpenAPI description', () => {
  it('is what the routes say', async () => {
    expect(JSON.parse(JSON.stringify(await describeApi()))).toEqual(description)
  })

  it('has examples that are of the form they are examples of', () => {
    let count = 0
    const faults: string[] = []
    for (const [path, item] of Object.entries(description.paths ?? {})) {
      for (const method of methods) {
        const operation = item?.[method]
        if (!operation) continue
        const base = `/paths/${escapePointer(path)}/${method}`
        const contents: [string, Record<string, Media>][] = [
          [
            `${base}/requestBody`,
            operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {},
          ],
          ...Object.entries(operation.responses ?? {}).map(
            ([status, response]): [string, Record<string, Media>] => [
              `${base}/responses/${status}`,
              'content' in response ? (response.content ?? {}) : {},
            ],
          ),
        ]
        for (const [place, content] of contents) {
          for (const [type, media] of Object.entries(content)) {
            if (media.example === undefined || media.schema === undefined || !type.endsWith('json')) continue
            count += 1
            const wrong = faultsBySchema(`${place}/content/${escapePointer(type)}/schema`, media.example)
            faults.push(...wrong.map((fault) => `${method} ${path} ${type}: ${fault}`))
          }
        }
      }
    }
    expect(count).toBeGreaterThan(15)
    expect(faults).toEqual([])
  })
})
