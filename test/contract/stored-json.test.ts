import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonBytes, StoredJson } from '../../src/contract/stored-json.ts'

const stored = (value: unknown) => new StoredJson(Buffer.from(JSON.stringify(value)))

describe('stored JSON in an answer', () => {
  it('is written as if it had been parsed, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (values, other) => {
        const content = (wrap: (value: unknown) => unknown) => ({
          first: values.map(wrap),
          other,
          'naïve "name"': { inner: wrap(other) },
        })
        const expected = JSON.stringify(content((value) => value))
        expect(jsonBytes(content(stored)).toString()).toBe(expected)
        expect(JSON.stringify(content(stored))).toBe(expected)
      }),
    )
  })

  it('is parsed for those who look into it', () => {
    expect(stored({ a: ['ü', null] }).value).toEqual({ a: ['ü', null] })
  })

  it('leaves nothing behind when something else cannot be written', () => {
    const circular: Record<string, unknown> = { body: stored([1]) }
    circular.self = circular
    expect(() => jsonBytes(circular)).toThrow(TypeError)
    expect(JSON.stringify(stored([1]))).toBe('[1]')
  })
})
