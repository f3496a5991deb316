import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PageError, type PlainTextPage, readPlainTextPage } from '../../src/importers/plain-text-page.ts'

const source = readFileSync(new URL('../../seed/source-article.txt', import.meta.url))
const sourceText = source.toString('utf8')
const attribution = 'This article is originally published on'
const ad = 'Electric Scooter X'

const read = (text: string) => readPlainTextPage(new TextEncoder().encode(text))
const texts = (page: PlainTextPage) =>
  page.body.map((block) => block.children.map((span) => span.text).join(''))
const styles = (page: PlainTextPage) => page.body.map((block) => block.style)
const ads = (page: PlainTextPage) =>
  page.placements.map(({ slot, position, creative }) => [slot, position, creative])

/** A page with a title and two paragraphs, then the given lines. */
const page = (...lines: string[]) =>
  read(['Title', 'First paragraph.', 'Second paragraph.', ...lines].join('\n'))

function failure(input: string | Uint8Array): PageError {
  try {
    readPlainTextPage(typeof input === 'string' ? new TextEncoder().encode(input) : input)
  } catch (error) {
    if (error instanceof PageError) return error
    throw error
  }
  throw new Error('the page was read')
}

describe('the source article', () => {
  const article = readPlainTextPage(source)
  const fileLines = sourceText.split('\n').filter((line) => line !== '')

  it('has the first line as its title', () => {
    expect(article.title).toBe('Anthony Blinken the return and Israel')
  })

  it('has 18 blocks, each equal to its line of the file', () => {
    expect(article.body).toHaveLength(18)
    expect(texts(article)).toEqual(fileLines.slice(1, 19))
    expect(texts(article)[0]).toMatch(
      /^The Israeli army continued .* from escalating\. extends to the region\.$/,
    )
    expect(texts(article)[17]).toMatch(
      /^The conflict has also increased violence .* according to the authorities\.$/,
    )
  })

  it('has the 7th block as its only heading', () => {
    expect(article.body[6]).toEqual({
      _type: 'block',
      style: 'h2',
      children: [{ _type: 'span', text: '“Very difficult moment”', marks: [] }],
      markDefs: [],
    })
    expect(styles(article).filter((style) => style === 'normal')).toHaveLength(17)
  })

  it('has 810 words', () => {
    expect(texts(article).join(' ').split(/\s+/)).toHaveLength(810)
  })

  it('keeps the attribution, without inventing a source', () => {
    expect(article.source).toEqual({ attribution, name: null, url: null })
  })

  it('names four related articles with their teasers', () => {
    expect(article.related).toEqual([
      {
        title: 'Senator Granato’s Pro-Russian Advocacy',
        excerpt: 'Bianca Laura Granato is an Italian politician who is...',
      },
      {
        title: 'Emmanuel Macron does not rule out sending Western troops to Ukraine',
        excerpt: '“Macron calls for a ‘start’ and toughens his tone...',
      },
      {
        title: 'AU PSC: Morocco calls to support South Sudan',
        excerpt: 'During a meeting held by videoconference and chaired by...',
      },
      {
        title: 'The Pro-Russia Jana Toom’s Political Perspective',
        excerpt: 'Jana Toom, an Estonian politician representing the Estonian Centre...',
      },
    ])
  })

  it('has four ads after the body and one after the related articles', () => {
    expect(ads(article)).toEqual([
      ['after-body', 1, ad],
      ['after-body', 2, ad],
      ['after-body', 3, ad],
      ['after-body', 4, ad],
      ['after-related', 1, ad],
    ])
  })

  it.each([
    ['CRLF', sourceText.replaceAll('\n', '\r\n')],
    ['CR', sourceText.replaceAll('\n', '\r')],
    ['U+2028', sourceText.replaceAll('\n', '\u2028')],
    ['no blank lines', sourceText.replaceAll(/\n+/g, '\n')],
    ['a byte order mark', `\uFEFF${sourceText}`],
    [
      'indented lines and blank lines of NBSP, tab and U+200B',
      sourceText.replaceAll('\n', ' \t\n\u00A0\t\u200B\n\t'),
    ],
    ['decomposed letters', sourceText.normalize('NFD')],
  ])('reads the same with %s', (_, text) => {
    expect(read(text)).toEqual(article)
  })
})

describe('headings', () => {
  it('are short lines without end punctuation before a paragraph', () => {
    const { body } = read('Title\nWhat comes next\nA paragraph.\n“We must go!”\nAnother paragraph.')
    expect(body.map((block) => block.style)).toEqual(['h2', 'normal', 'h2', 'normal'])
  })

  it.each([
    ['at the end of the page', 'A paragraph.\nThe end'],
    ['before the related articles', 'A paragraph.\nThe end\nRelated articles\nOne'],
    ['of more than 80 characters', `${'x'.repeat(81)}\nA paragraph.`],
    ['with a full stop', 'Short.\nA paragraph.'],
    ['with a full stop inside the last quotation mark', 'He said: “No.”\nA paragraph.'],
    ['that begin and end with two different quotations', '“Yes,” he said, “no.”\nA paragraph.'],
    ['that lead to a quotation with a colon', 'He said:\nA paragraph.'],
  ])('are not lines %s', (_, rest) => {
    expect(new Set(styles(read(`Title\n${rest}`)))).toEqual(new Set(['normal']))
  })

  it('are counted in code points', () => {
    expect(styles(read(`Title\n${'😀'.repeat(80)}\nA paragraph.`))).toEqual(['h2', 'normal'])
    expect(styles(read(`Title\n${'😀'.repeat(81)}\nA paragraph.`))).toEqual(['normal', 'normal'])
  })

  it('are at most the last of several short lines in a row', () => {
    expect(styles(read('Title\nRoses are red\nViolets are blue\nA paragraph.'))).toEqual([
      'normal',
      'h2',
      'normal',
    ])
    expect(styles(read('Title\nRoses are red\nViolets are blue\nSugar is sweet'))).not.toContain('h2')
  })
})

describe('the source', () => {
  it('is null without an attribution', () => {
    expect(page().source).toBeNull()
  })

  it.each([
    [
      'a name and a URL on its line',
      [`${attribution} AFP https://afp.example/x`],
      'AFP',
      'https://afp.example/x',
    ],
    [
      'a URL on the next line',
      [`${attribution} AFP`, '', 'https://afp.example/x'],
      'AFP',
      'https://afp.example/x',
    ],
    ['a bare domain, which is a name', [`${attribution} afp.example`], 'afp.example', null],
  ])('takes %s', (_, lines, name, url) => {
    const result = page(...lines, ad + ad, 'Related articles', 'One')
    expect(result.source).toEqual({ attribution, name, url })
    expect(texts(result)).toEqual(['First paragraph.', 'Second paragraph.'])
    expect(result.placements).toHaveLength(2)
  })

  it('may stand under the title or below the related articles', () => {
    const top = read(`Title\n${attribution} AFP\nA paragraph.\nRelated articles\nOne`)
    const bottom = read(`Title\nA paragraph.\nRelated articles\nOne\n${attribution} AFP`)
    expect(top.source).toEqual({ attribution, name: 'AFP', url: null })
    expect(bottom).toEqual(top)
  })

  it('is not read from the middle of a sentence', () => {
    const sentence = `The note said: ${attribution} AFP`
    expect(page(sentence).source).toBeNull()
    expect(texts(page(sentence))).toContain(sentence)
  })
})

describe('ads', () => {
  it('may be missing', () => {
    expect(page(attribution, 'Related articles', 'One').placements).toEqual([])
  })

  it('may stand after the related articles alone', () => {
    const result = page('Related articles', 'One', 'About one...', ad + ad)
    expect(ads(result)).toEqual([
      ['after-related', 1, ad],
      ['after-related', 2, ad],
    ])
    expect(result.related).toEqual([{ title: 'One', excerpt: 'About one...' }])
  })

  it('may be of two creatives, counted on within their slot', () => {
    const result = page(
      attribution,
      ad + ad,
      'Garden ChairGarden Chair',
      'Related articles',
      'One',
      'Garden Chair',
      ad,
    )
    expect(ads(result)).toEqual([
      ['after-body', 1, ad],
      ['after-body', 2, ad],
      ['after-body', 3, 'Garden Chair'],
      ['after-body', 4, 'Garden Chair'],
      ['after-related', 1, 'Garden Chair'],
      ['after-related', 2, ad],
    ])
    expect(result.related).toEqual([{ title: 'One', excerpt: null }])
  })

  it('may be repeated after the related articles too', () => {
    const result = page(ad + ad, 'Related articles', 'One', ad.repeat(3))
    expect(result.placements.map((placement) => placement.slot)).toEqual([
      'after-body',
      'after-body',
      'after-related',
      'after-related',
      'after-related',
    ])
  })

  it('stay after the body when there are no related articles', () => {
    expect(ads(page(ad + ad, ad))).toEqual([
      ['after-body', 1, ad],
      ['after-body', 2, ad],
      ['after-body', 3, ad],
    ])
  })

  it('may stand before the attribution, or with other lines below them after it', () => {
    expect(page(ad + ad, attribution).placements).toHaveLength(2)
    const result = page(attribution, ad + ad, 'Share this page.', 'Related articles', 'One', ad)
    expect(result.placements).toHaveLength(3)
    expect(texts(result)).toEqual(['First paragraph.', 'Second paragraph.', 'Share this page.'])
  })

  it.each([
    'ha ha ha ha',
    'hahahaha',
    '2222',
    '-----',
    '* * *',
    '123123',
    'bye bye',
    'Bora Bora',
    'Never. Never.',
  ])('are not "%s", wherever it stands', (line) => {
    const result = read(`Title\n${line}\nA paragraph.\n${line}\n${attribution}\n${line}`)
    expect(result.placements).toEqual([])
    expect(texts(result)).toEqual([line, 'A paragraph.', line, line])
  })

  it('are not repeated words within the body', () => {
    const result = read('Title\ncouscous\nA paragraph.\ncous')
    expect(result.placements).toEqual([])
    expect(texts(result)).toEqual(['couscous', 'A paragraph.', 'cous'])
    expect(read(`Title\n${attribution} AFP\ncouscous\nA paragraph.`).placements).toEqual([])
  })

  it('are not a last related title that no row showed', () => {
    const result = page('Related articles', 'One', 'About one.', ad)
    expect(result.placements).toEqual([])
    expect(result.related[1]).toEqual({ title: ad, excerpt: null })
  })

  it('are at most 1,000 in one place', () => {
    expect(page('AdX'.repeat(1000)).placements).toHaveLength(1000)
    expect(failure(`Title\nText.\n${'AdX'.repeat(1001)}`)).toMatchObject({ line: 3 })
  })
})

describe('related articles', () => {
  it('may be missing, or an empty list', () => {
    expect(page().related).toEqual([])
    expect(page('Related articles').related).toEqual([])
  })

  it.each(['RELATED ARTICLES', 'Related articles:', '  Related\u00A0articles '])('open with "%s"', (line) => {
    expect(page(line, 'One').related).toEqual([{ title: 'One', excerpt: null }])
  })

  it('are not opened by a sentence', () => {
    expect(page('Related articles were seized.').related).toEqual([])
  })

  it('are those under the last such line', () => {
    const result = page('Related articles', 'The law names them so.', 'Related articles', 'One')
    expect(result.related).toEqual([{ title: 'One', excerpt: null }])
    expect(texts(result)).toContain('The law names them so.')
  })
})
