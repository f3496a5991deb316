import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PageError, type PlainTextPage, readPlainTextPage } from '../../src/importers/plain-text-page.ts'

const attribution = 'This article is originally published on'

function tryRead(bytes: Uint8Array): PlainTextPage | PageError {
  try {
    return readPlainTextPage(bytes)
  } catch (error) {
    if (error instanceof PageError) return error
    throw error
  }
}
const read = (text: string) => tryRead(new TextEncoder().encode(text))

const bodyTexts = (page: PlainTextPage) =>
  page.body.flatMap((block) => block.children.map((span) => span.text))
const relatedTexts = (page: PlainTextPage) =>
  page.related.flatMap(({ title, excerpt }) => (excerpt === null ? [title] : [title, excerpt]))

/** True when the texts occur in the input one after another. */
function occurInOrder(texts: readonly string[], input: string): boolean {
  let position = 0
  for (const text of texts) {
    const found = input.indexOf(text, position)
    if (found === -1) return false
    position = found + text.length
  }
  return true
}

const line = fc.oneof(
  fc.constantFrom(
    '',
    '\u00A0',
    '\uFEFF',
    'Related articles',
    attribution,
    `${attribution} AFP https://afp.example/x`,
    'https://afp.example/y',
    'AdXAdXAdX',
    'AdX',
    'bye bye',
    '“Quoted”',
    'Short line',
    'A sentence.',
    'Cut off...',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
)
const lineBreak = fc.constantFrom('\n', '\r\n', '\r', '\u2028')
const pageText = fc
  .tuple(fc.array(line, { maxLength: 14 }), lineBreak)
  .map(([lines, ending]) => lines.join(ending))

describe('a page without an article', () => {
  it.each([
    ['empty', '', null, 'empty'],
    ['blank', ' \n\u00A0\r\n\t', null, 'empty'],
    ['a byte order mark alone', '\uFEFF', null, 'empty'],
    ['a title alone', '\n\nTitle\n', 3, 'no text'],
    ['a title and an attribution', `Title\n${attribution}`, 1, 'no text'],
    ['a title and ads', 'Title\nAdXAdX', 1, 'no text'],
    ['a title and related articles', 'Title\nRelated articles\nOne\nTwo', 1, 'no text'],
    ['related articles first', 'Related articles\nOne\nTwo', 1, 'not a title'],
    ['an attribution first', `\n${attribution} AFP\nText.`, 2, 'not a title'],
  ])('is refused: %s', (_, text, lineNumber, reason) => {
    expect(read(text)).toBeInstanceOf(PageError)
    expect(read(text)).toMatchObject({ line: lineNumber, reason: expect.stringContaining(reason) })
  })
})

describe('any input', () => {
  it('gives a page whose texts all stand in the input, in order, or a PageError', () => {
    let pages = 0
    fc.assert(
      fc.property(pageText, (text) => {
        const page = read(text)
        if (page instanceof PageError) return
        pages += 1
        const input = new TextDecoder().decode(new TextEncoder().encode(text)).normalize('NFC')
        expect(occurInOrder([page.title, ...bodyTexts(page)], input)).toBe(true)
        expect(occurInOrder([page.title, ...relatedTexts(page)], input)).toBe(true)
        const { attribution: words = '', name, url } = page.source ?? {}
        for (const part of [words, name ?? '', url ?? '']) expect(input).toContain(part)
        for (const { creative } of page.placements) expect(input).toContain(creative)
      }),
      { numRuns: 3_000 },
    )
    expect(pages).toBeGreaterThan(500)
  })

  it('loses no line of a page', () => {
    fc.assert(
      fc.property(pageText, (text) => {
        const page = read(text)
        if (page instanceof PageError) return
        const creatives = new Set(page.placements.map((placement) => placement.creative))
        const kept = new Set([page.title, ...bodyTexts(page), ...relatedTexts(page), page.source?.url, ''])
        const lost = new TextDecoder()
          .decode(new TextEncoder().encode(text))
          .normalize('NFC')
          .split(/\r\n|[\n\r\u2028\u2029]/)
          .map((part) => part.trim())
          .filter((part) => !/^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(part))
          .filter((part) => !kept.has(part) && part !== 'Related articles' && !part.startsWith(attribution))
          .filter((part) => ![...creatives].some((creative) => part.replaceAll(creative, '') === ''))
        expect(lost).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('of bytes gives a page or a PageError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(tryRead(bytes)).toBeDefined()
      }),
    )
  })

  it('says where and what to do, in one line', () => {
    fc.assert(
      fc.property(pageText, (text) => {
        const error = read(text)
        if (!(error instanceof PageError)) return
        expect(error.reason).toContain(';')
        expect(error.message).toBe(error.line === null ? error.reason : `line ${error.line}: ${error.reason}`)
      }),
    )
  })
})

describe('five megabytes', () => {
  /** As many repetitions as a page may have bytes and lines. */
  const repeat = (unit: string) => {
    const lineCount = unit.split('\n').length - 1
    return unit.repeat(Math.floor(Math.min(4_990_000 / Buffer.byteLength(unit), 49_000 / lineCount)))
  }
  const words = 'x'.repeat(90)

  it.each([
    ['of blank lines', repeat('\r')],
    ['of lines beyond number', 'x\n'.repeat(2_490_000)],
    ['of lines', repeat(`${words}\n`)],
    ['of ad rows in the body', repeat(`AdXAdX\n${words}\n`)],
    ['of lone ads', `Text.\n${repeat('Electric Scooter X\n')}${'Electric Scooter X'.repeat(2)}`],
    ['of attributions', repeat(`${attribution} ${words}\n`)],
    ['of lists', repeat('Related articles\n')],
    ['of related titles', `Text.\nRelated articles\n${repeat(`${words}\n`)}`],
    ['of related teasers', `Text.\nRelated articles\n${repeat(`${words}.\n`)}`],
    ['of quotation marks in long lines', repeat(`${'”'.repeat(30_000)}x\n`)],
    ['of full stops in long lines', `Text.\nRelated articles\n${repeat(`${'.'.repeat(90_000)}x\n`)}`],
    ['of white space in long lines', repeat(`x${' '.repeat(90_000)}x\n`)],
    ['of one letter, then another, in long lines', repeat(`${'a'.repeat(90_000)}b\n`)],
    [
      'of as many combining marks as are allowed',
      repeat(`${`a${'\u0301\u0323'.repeat(15)}`.repeat(1_000)}\n`),
    ],
    ['of one line', repeat('x')],
    ['of attributions that go on', repeat(`${attribution}${' '.repeat(4_000)}x\n`)],
    ['of attributions with many URLs', repeat(`${attribution} ${'https://'.repeat(500)}\n`)],
  ])(
    '%s are read or refused within seconds',
    (_, text) => {
      const before = process.threadCpuUsage()
      expect(read(`Title\n${text}`)).toBeDefined()
      const { user, system } = process.threadCpuUsage(before)
      // Of this thread alone, in microseconds: other work of the machine does not count.
      expect(user + system).toBeLessThan(5_000_000)
    },
    60_000,
  )
})
