import { describe, expect, it } from 'vitest'
import { parseAttribution, takeSource } from '../../src/importers/page-source.ts'

const attribution = 'This article is originally published on'
const lines = (...texts: string[]) => texts.map((text, index) => ({ number: index + 1, text }))

describe('parseAttribution', () => {
  it.each([
    ['', null, null],
    [':', null, null],
    [' AFP', 'AFP', null],
    [' AFP.', 'AFP', null],
    [': Agence France-Presse (AFP)', 'Agence France-Presse (AFP)', null],
    [' example.org', 'example.org', null],
    [' AFP https://afp.com/x', 'AFP', 'https://afp.com/x'],
    [' AFP – https://afp.com/x?a=1&b=2#c.', 'AFP', 'https://afp.com/x?a=1&b=2#c'],
    [' AFP (https://afp.com/x).', 'AFP', 'https://afp.com/x'],
    [' AFP <HTTPS://afp.com/x>', 'AFP', 'HTTPS://afp.com/x'],
    [' https://afp.com/a_(b)', null, 'https://afp.com/a_(b)'],
    [' https://afp.com/x, AFP', 'AFP', 'https://afp.com/x'],
    [' St. Louis Post-Dispatch', 'St. Louis Post-Dispatch', null],
    [' javascript:alert(1)', 'javascript:alert(1)', null],
    [' http://[', 'http://[', null],
  ])('reads what follows: "%s"', (rest, name, url) => {
    expect(parseAttribution(attribution + rest)).toEqual({ attribution, name, url })
  })

  it.each([
    `He wrote: ${attribution} AFP`,
    `“${attribution} AFP”`,
    'This article is originally published online',
    'This article was written by AFP',
    `${attribution} Mondays. It tells of the war.`,
    `${attribution} AFP https://afp.com/x and was translated here`,
    `${attribution} ${'a long sentence, '.repeat(10)}`,
    `${attribution}${' '.repeat(90_000)}x`,
  ])('takes "%.60s" for something else', (line) => {
    expect(parseAttribution(line)).toBeUndefined()
  })
})

describe('takeSource', () => {
  it('takes a URL from the next line', () => {
    const [text, first, url, last] = lines('Text.', `${attribution} AFP`, 'https://afp.com/x', 'Ad')
    expect(takeSource([text, first, url, last].filter((line) => line !== undefined))).toEqual({
      source: { attribution, name: 'AFP', url: 'https://afp.com/x' },
      before: [text],
      after: [last],
    })
  })

  it.each(['See https://afp.com/x', 'ftp://afp.com/x', 'afp.com'])('leaves "%s" on the next line', (next) => {
    const { source, after } = takeSource(lines('Text.', attribution, next))
    expect(source).toEqual({ attribution, name: null, url: null })
    expect(after.map((line) => line.text)).toEqual([next])
  })

  it('leaves a URL on the next line when the attribution has its own', () => {
    const { source, after } = takeSource(lines(`${attribution} https://afp.com/x`, 'https://other.example/'))
    expect(source?.url).toBe('https://afp.com/x')
    expect(after).toHaveLength(1)
  })

  it('takes the last of several', () => {
    const { source, before } = takeSource(lines(`${attribution} AFP`, 'Text.', `${attribution} dpa`))
    expect(source?.name).toBe('dpa')
    expect(before).toHaveLength(2)
  })

  it('finds none', () => {
    const all = lines('Text.', 'More text.')
    expect(takeSource(all)).toEqual({ source: null, before: all, after: [] })
  })
})
