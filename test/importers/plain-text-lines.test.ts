import { describe, expect, it } from 'vitest'
import { PageError } from '../../src/importers/page-error.ts'
import { readLines } from '../../src/importers/plain-text-lines.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => readLines(encode(text)).map((line) => [line.number, line.text])

function failure(bytes: Uint8Array): PageError {
  try {
    readLines(bytes)
  } catch (error) {
    if (error instanceof PageError) return error
    throw error
  }
  throw new Error('the lines were read')
}

describe('readLines', () => {
  it('numbers lines by LF, CRLF, CR, U+2028 and U+2029 alike, blank ones included', () => {
    expect(read('a\n\nb\r\nc\rd\u2028e\u2029\u00A0\nf')).toEqual([
      [1, 'a'],
      [3, 'b'],
      [4, 'c'],
      [5, 'd'],
      [6, 'e'],
      [8, 'f'],
    ])
  })

  it('drops white space around a line, a byte order mark, and lines that show nothing', () => {
    expect(read('\uFEFF\n\t \u00A0\u3000\u200B\u2060\n\t“a\u00A0 b” \u00A0')).toEqual([[3, '“a\u00A0 b”']])
  })

  it('composes letters', () => {
    expect(read('Cafe\u0301')).toEqual([[1, 'Café']])
  })

  it('keeps U+FFFD when the file has it', () => {
    expect(read('a\uFFFDb')).toEqual([[1, 'a\uFFFDb']])
  })

  it.each([
    ['NUL', 'a\nb\u0000', 2, /U\+0000/],
    ['escape', '\u001b[31mred', 1, /U\+001B/],
    ['form feed', 'a\u2028b\r\n\u000c', 3, /U\+000C/],
    ['vertical tab', 'a\u000bb', 1, /U\+000B/],
  ])('refuses %s as binary', (_, text, line, reason) => {
    expect(failure(encode(text))).toMatchObject({ line, reason: expect.stringMatching(reason) })
  })

  it.each([
    ['a Latin-1 letter', [0x61, 0x0a, 0x63, 0x61, 0x66, 0xe9, 0x0a], 2],
    ['a letter cut off at the end', [0x61, 0x0a, 0x0a, 0xe2, 0x80], 3],
    ['an encoded surrogate', [0x61, 0xed, 0xa0, 0x80], 1],
    ['an overlong form', [0xc1, 0xa1], 1],
    ['an invalid byte after a true U+FFFD', [0xef, 0xbf, 0xbd, 0x0d, 0xff], 2],
    ['an invalid byte after a byte order mark', [0xef, 0xbb, 0xbf, 0x61, 0x0a, 0xff], 2],
  ])('refuses %s as invalid UTF-8, with its line', (_, bytes, line) => {
    expect(failure(Uint8Array.from(bytes))).toMatchObject({ line, reason: expect.stringContaining('UTF-8') })
  })

  it.each([
    ['little', [0xff, 0xfe, 0x61, 0x00]],
    ['big', [0xfe, 0xff, 0x00, 0x61]],
  ])('names UTF-16 (%s endian) by its byte order mark', (_, bytes) => {
    expect(failure(Uint8Array.from(bytes))).toMatchObject({
      line: null,
      reason: expect.stringContaining('UTF-16'),
    })
  })

  it('takes 5,000,000 bytes and no more', () => {
    const lines = `${'x'.repeat(99_999)}\n`.repeat(50)
    expect(readLines(encode(lines))).toHaveLength(50)
    expect(failure(encode(`${lines}x`))).toMatchObject({
      line: null,
      reason: expect.stringContaining('5000001'),
    })
  })

  it('takes 50,000 lines of text and no more', () => {
    expect(readLines(encode('x\n\n'.repeat(50_000)))).toHaveLength(50_000)
    expect(failure(encode('x\n\n'.repeat(50_001)))).toMatchObject({ line: 100_001 })
  })

  it('takes 100,000 characters a line, counted in code points, and no more', () => {
    expect(readLines(encode('😀'.repeat(100_000)))).toHaveLength(1)
    const error = failure(encode(`a\n\n${'x'.repeat(100_001)}`))
    expect(error.line).toBe(3)
    expect(error.message).toBe('line 3: the line is over 100000 characters; break it into paragraphs')
  })

  it('refuses runs of combining marks, which would take minutes to normalise', () => {
    expect(read(`a${'\u0323'.repeat(30)}`)).toHaveLength(1)
    expect(failure(encode(`x\na${'\u0301\u0323'.repeat(1_000_000)}`))).toMatchObject({ line: 2 })
  })
})
