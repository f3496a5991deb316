import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { ConversionError } from '../../src/body/conversion-error.ts'
import { startConverter } from '../../src/body/converter.ts'
import type { BodyFormat } from '../../src/contract/body-input.ts'
import { isProblem } from '../../src/contract/errors.ts'

const megabyte = 1024 * 1024

function openConverter(options: Parameters<typeof startConverter>[0] = {}) {
  const converter = startConverter(options)
  onTestFinished(() => converter.close())
  return converter
}

/** The codes of the faults of content, or how many blocks it has. */
async function outcomeOf(converter: ReturnType<typeof startConverter>, format: BodyFormat, content: string) {
  try {
    return (await converter.convert({ format, content })).length
  } catch (error) {
    if (error instanceof ConversionError) return error.faults.map((fault) => fault.code)[0]
    throw error
  }
}

describe('the converter', () => {
  it('converts many at once, each with its own answer', async () => {
    const converter = openConverter()
    const texts = Array.from({ length: 60 }, (_, index) => `text ${index}`)
    const found = await Promise.all(
      texts.map((content) => converter.convert({ format: 'markdown', content })),
    )
    expect(found.map(([block]) => block?._type === 'block' && block.children[0]?.text)).toEqual(texts)
  })

  it('stops what takes too long, and goes on', async () => {
    const converter = openConverter({ timeLimitMs: 100 })
    await expect(
      converter.convert({ format: 'markdown', content: '['.repeat(190_000) }),
    ).rejects.toMatchObject({
      faults: [{ code: 'too-complex' }],
    })
    expect(await outcomeOf(openConverter(), 'markdown', 'a')).toBe(1)
  })

  it('refuses when too many wait, and after it was closed', async () => {
    const converter = openConverter()
    const all = Array.from({ length: 110 }, () => converter.convert({ format: 'text', content: 'x' }))
    const settled = await Promise.allSettled(all)
    const refused = settled.filter((each) => each.status === 'rejected').map(({ reason }) => reason)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(20)
    expect(refused.every((error) => isProblem(error) && error.code === 'unavailable')).toBe(true)
    const last = converter.convert({ format: 'text', content: 'x' })
    await Promise.all([expect(last).rejects.toMatchObject({ code: 'unavailable' }), converter.close()])
    await expect(converter.convert({ format: 'text', content: 'x' })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})

const times = (part: string, count: number) => part.repeat(count)
const size = 5 * megabyte
const numbered = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join('')

/** What would take a parser minutes, gigabytes or its stack, and how it ends: a fault or a number of blocks. */
const bombs: readonly [string, BodyFormat, string, string | number][] = [
  ['100,000 nested elements', 'html', times('<div>', 100_000), 'too-deep'],
  ['a million nested elements', 'html', times('<b>', 1_000_000), 'too-many'],
  ['100,000 nested lists', 'html', times('<ul><li>', 95_000), 'too-deep'],
  ['100,000 nested tables', 'html', times('<table><tr><td>', 45_000), 'too-deep'],
  [
    'formatting that is never closed',
    'html',
    `<p>${numbered(400, (n) => `<b ${n}>`)}${times('<p>x', 100_000)}`,
    'too-many',
  ],
  [
    'formatting in formatting',
    'html',
    numbered(1000, (n) => `<b ${n}>`) + numbered(1000, (n) => `<i ${n}>`) + times('x</b>', 1000),
    'too-many',
  ],
  ['a million comments', 'html', times('<!>x', size / 4), 'too-many'],
  ['a million attributes', 'html', `<p ${numbered(700_000, (n) => `${n.toString(36)} `)}>x`, 1],
  ['5 MiB of <', 'html', times('<', size), 'too-long'],
  ['5 MiB of &', 'html', times('&', size), 'too-long'],
  ['a million combining marks', 'html', `x${times('&#x301;', 700_000)}`, 'invalid-text'],
  ['100,000 paragraphs', 'html', times('<p>x', 100_000), 'too-long'],
  ['10,001 paragraphs', 'html', times('<p>x', 10_001), 'too-many'],
  ['a table of 100,000 rows', 'html', `<table>${times('<tr><td>x', 60_000)}`, 'too-many'],
  ['a table of 100,000 columns', 'html', `<table><tr>${times('<td>x', 100_000)}`, 'too-many'],
  [
    'cells that span everything',
    'html',
    `<table>${times('<tr><td colspan=999 rowspan=65534>x<td>y', 900)}`,
    'too-many',
  ],
  [
    'many pictures in nested figures',
    'html',
    times('<figure>', 490) + times('<img src=/a>', 150_000),
    'too-long',
  ],
  ['a million line breaks', 'html', `x${times('<br>', 190_000)}y`, 'too-long'],
  ['100,000 nested quotes', 'markdown', times('> ', 100_000), 'too-deep'],
  ['nested lists', 'markdown', numbered(1500, (n) => `${times(' ', 2 * n)}- a\n`), 'too-deep'],
  ['100,000 nested brackets', 'markdown', times('[', 100_000), 1],
  ['100,000 nested images', 'markdown', times('![', 90_000), 'too-long'],
  ['5 MiB of *', 'markdown', times('*', size), 1],
  ['a million of *a', 'markdown', times('*a', 1_000_000), 'too-long'],
  ['emphasis over and over', 'markdown', times('*a **b ', 28_000), 'too-long'],
  ['code spans of every length', 'markdown', numbered(600, (n) => `${times('`', n + 1)}x`), 'too-long'],
  ['a million lines', 'markdown', times('a\n', 1_000_000), 'too-many'],
  ['a million list items', 'markdown', times('- a\n', 1_000_000), 'too-many'],
  ['a lazy quote', 'markdown', `${times('>', 90)}a\n${times('b\n', 50_000)}`, 'too-long'],
  ['a table of 10,000 columns', 'markdown', `|${times('a|', 10_000)}\n|${times('-|', 10_000)}\n`, 'too-many'],
  ['a table of 100,000 rows', 'markdown', `|a|\n|-|\n${times('|b|\n', 100_000)}`, 'too-many'],
  ['100,000 links', 'markdown', times('http://a.b ', 100_000), 'too-many'],
  ['references to references', 'markdown', times('[a][', 45_000), 'too-long'],
  ['unclosed comments', 'markdown', times('a <!-- ', 28_000), 'too-long'],
  ['unclosed attributes', 'markdown', `<a ${times('b="', 60_000)}`, 'too-long'],
  ['5 MiB of spaces', 'markdown', times(' ', size), 0],
  ['long white space', 'html', `<p>a${times(' ', size - 20)}b`, 1],
  ['5 MiB in one paragraph', 'text', times('x', size), 'too-long'],
  ['a million paragraphs', 'text', times('x\n\n', 1_000_000), 'too-long'],
]

describe('content that is made to overload', () => {
  const converter = startConverter()
  afterAll(() => converter.close())

  it.each(bombs)('%s (%s) ends soon and stops nobody else', async (_name, format, content, outcome) => {
    await converter.convert({ format: 'text', content: 'the thread is running' })
    const start = performance.now()
    const before = process.threadCpuUsage()
    expect(await outcomeOf(converter, format, content)).toBe(outcome)
    const { user, system } = process.threadCpuUsage(before)
    // Of this thread alone, in microseconds: other work of the machine does not count, but its collecting of garbage does.
    expect((user + system) / 1000).toBeLessThan(400)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
