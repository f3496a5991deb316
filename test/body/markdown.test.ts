import { markdownToPortableText } from '@portabletext/markdown'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toMarkdown } from '../../src/body/markdown.ts'
import { bodies, bodyOf, textBlock, trickyText } from './bodies.ts'

/** What is read back from Markdown: of each text block its spans, of each other block its type. */
function readBack(markdown: string) {
  return markdownToPortableText(markdown).map((block) => {
    if (!('children' in block) || !Array.isArray(block.children)) return block._type
    return block.children.map((span: { text?: unknown; marks?: unknown }) => [span.text, span.marks])
  })
}

describe('toMarkdown', () => {
  it('writes headings, quotes, lists and decorators', () => {
    const body = bodyOf(
      textBlock(['Two\nlines'], { style: 'h2' }),
      textBlock([
        'A ',
        ['b', 'strong'],
        ' ',
        ['c', 'em'],
        ' ',
        ['d', 'strike-through'],
        ' ',
        ['e`', 'code'],
        '\nf',
      ]),
      textBlock([
        ['u', 'underline'],
        ['2', 'sub'],
        ['3', 'sup'],
      ]),
      textBlock(['Quote'], { style: 'blockquote' }),
      textBlock(['one'], { listItem: 'number' }),
      textBlock(['below'], { listItem: 'bullet', level: 2 }),
      textBlock(['two'], { listItem: 'number' }),
    )
    expect(toMarkdown(body)).toBe(
      [
        '## Two lines',
        'A **b** _c_ ~~d~~ `` e` ``  \nf',
        '<u>u</u><sub>2</sub><sup>3</sup>',
        '> Quote',
        '1. one\n   - below\n2. two',
      ].join('\n\n'),
    )
  })

  it('moves white space out of decorators and spells emphasis within a word so that it can be read', () => {
    const spans = (...parts: Parameters<typeof textBlock>[0]) => toMarkdown(bodyOf(textBlock(parts)))
    expect(spans(['bold ', 'strong'], 'text', [' too', 'strong'])).toBe('**bold** text **too**')
    expect(spans('un', ['frigging', 'em'], 'believable')).toBe('un*frigging*believable')
    expect(spans(['“so”', 'strong'], 'called')).toBe('<strong>“so”</strong>called')
    expect(spans('a', [' ', 'em'], 'b')).toBe('a b')
  })

  it('writes links of which every character survives', () => {
    const href = 'https://a.example/x_(y)?a=1&copy=2&copy;=3'
    const markDefs = [{ _type: 'link' as const, _key: 'l', href, title: 'say "hi" *now*' }]
    const markdown = toMarkdown(bodyOf(textBlock([['a]b', 'l']], { markDefs })))
    const [block] = markdownToPortableText(markdown)
    expect(block?.markDefs).toMatchObject([{ _type: 'link', href, title: 'say "hi" *now*' }])
    expect(readBack(markdown)).toEqual([[['a]b', [expect.any(String)]]]])
  })

  it('escapes tags beside a URL, and a backslash before a mark', () => {
    const spans = [
      'https://a.example/"><script>x</script> C:\\',
      ['b', 'strong'] as const,
      ' \\',
      ['2', 'sub'] as const,
    ]
    expect(toMarkdown(bodyOf(textBlock(spans)))).toBe(
      'https://a.example/">\\<script>x\\</script> C:\\\\**b** \\\\<sub>2</sub>',
    )
  })

  it('writes images, code, rules, embeds and tables', () => {
    const cell = (text: string) => ({ _type: 'cell' as const, value: [textBlock([text])] })
    const body = bodyOf(
      { _type: 'image', src: '/a b(1).png', alt: 'A *b*\n[c]', title: 'T', caption: 'Caption', credit: 'Me' },
      { _type: 'code', code: 'a\n```\nb', language: 'js' },
      { _type: 'horizontal-rule' },
      { _type: 'embed', url: 'https://v.example/1', caption: 'Video' },
      { _type: 'embed', url: 'https://v.example/a_b' },
      {
        _type: 'table',
        headerRows: 1,
        alignment: ['right', null],
        rows: [
          { _type: 'row', cells: [cell('A|B'), cell('C')] },
          { _type: 'row', cells: [cell('1\n2')] },
        ],
      },
    )
    expect(toMarkdown(body)).toBe(
      [
        '![A \\*b\\* \\[c\\]](/a%20b\\(1\\).png "T")',
        '_Caption (Me)_',
        '````js\na\n```\nb\n````',
        '---',
        '[Video](https://v.example/1)',
        '[https://v.example/a_b](https://v.example/a_b)',
        '| A\\|B | C |\n| ---: | --- |\n| 1  <br>2 |  |',
      ].join('\n\n'),
    )
  })

  it('keeps code to the letter', () => {
    fc.assert(
      fc.property(trickyText, (code) => {
        const [block] = markdownToPortableText(toMarkdown(bodyOf({ _type: 'code', code })))
        expect(block).toMatchObject({ _type: 'code', code: code.normalize('NFC') })
      }),
    )
  })

  it('escapes text that looks like Markdown, so that it is read back as it was', () => {
    // Not covered by the library: a URL right beside what is escaped, and a table made of hard line breaks.
    const plainText = trickyText
      .map((text) => text.normalize('NFC').trim())
      .filter((text) => text !== '' && !text.includes('://') && !text.includes('\n'))
    fc.assert(
      fc.property(plainText, (text) => {
        const markdown = toMarkdown(bodyOf(textBlock([text])))
        expect(markdownToPortableText(markdown)).toMatchObject([{ _type: 'block', style: 'normal' }])
        expect(readBack(markdown)).toEqual([[[text, []]]])
      }),
      { numRuns: 500 },
    )
  })

  it('keeps decorators beside any character, as Markdown or as a tag', () => {
    const word = fc.constantFrom('un', ' x', 'x ', ' two words ', '“q”', '(p', 'e.', '漢', '-')
    const mark = fc.constantFrom('strong', 'em', 'strike-through')
    fc.assert(
      fc.property(word, word, mark, word, (before, inside, decorator, after) => {
        const markdown = toMarkdown(bodyOf(textBlock([before, [inside, decorator], after])))
        const html = { strong: 'strong', em: 'em', 'strike-through': 's' }[decorator]
        if (markdown.includes(`<${html}>${inside.trim()}</${html}>`)) return
        const [spans] = readBack(markdown)
        expect(spans).toContainEqual([inside.trim(), [decorator]])
      }),
      { numRuns: 500 },
    )
  })

  it('takes long white space in its stride', () => {
    const start = performance.now()
    toMarkdown(bodyOf(textBlock([`${' '.repeat(99_999)}x`], { style: 'h2' })))
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it('writes something for every body, and never a link that runs code', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const markdown = toMarkdown(body)
        expect(markdown).not.toContain('json:object')
        for (const block of markdownToPortableText(markdown)) {
          const links = Array.isArray(block.markDefs) ? block.markDefs : []
          for (const { href } of links) expect(href).not.toMatch(/^\s*(javascript|data|vbscript):/i)
        }
      }),
    )
  })
})
