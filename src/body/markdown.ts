import { type PortableTextTypeRenderer, portableTextToMarkdown } from '@portabletext/markdown'
import type { Block, Body, Code, Image, Link, TextBlock } from '../contract/portable-text.ts'
import { isSafeHref, isSafeSource } from '../contract/safe-url.ts'
import { fitMarks } from './markdown-marks.ts'

type MarkOptions<Definition = unknown> = { children: string; value?: Definition }

/**
 * The body as Markdown (CommonMark with GFM's tables and strikethrough). Text that looks like Markdown is
 * escaped. What Markdown has no form for: underline, subscript and superscript become inline HTML, an image's
 * caption becomes a paragraph after it, an embed a link, a run of line breaks one.
 */
export function toMarkdown(blocks: Body): string {
  return portableTextToMarkdown(blocks.flatMap(prepare), { marks, types })
}

function prepare(block: Block): Block[] {
  switch (block._type) {
    case 'block':
      return [prepareText(block)]
    case 'image':
      return [block, ...captionOf(block)]
    case 'embed': {
      const link: Link = { _type: 'link', _key: 'link', href: block.url }
      return [paragraph(block._key, block.caption || block.url, ['link'], [link])]
    }
    case 'table':
      return [{ ...block, rows: block.rows.map((row) => ({ ...row, cells: row.cells.map(prepareCell) })) }]
    default:
      return [block]
  }
}

type Row = Extract<Block, { _type: 'table' }>['rows'][number]

function prepareCell(cell: Row['cells'][number]): Row['cells'][number] {
  return { ...cell, value: cell.value.map((block) => (block._type === 'block' ? prepareText(block) : block)) }
}

/** An empty line would end the block, and in a heading any line break would. */
function prepareText(block: TextBlock): TextBlock {
  const isHeading = block.style.startsWith('h')
  const children = block.children.map((span) => ({
    ...span,
    text: isHeading ? joinLines(span.text) : span.text.replace(/\n(?:[ \t]*\n)+/g, '\n'),
  }))
  return markEscapes(fitMarks({ ...block, children }))
}

/**
 * Marks the characters that the library does not escape everywhere: what begins like a tag, which stays one beside
 * a URL, and a backslash at the end of a span, which would escape the mark that follows.
 */
function markEscapes(block: TextBlock): TextBlock {
  const children = block.children.flatMap((span) => {
    if (span.marks.includes('code')) return [span]
    const pieces = span.text.split(/(<(?=[a-zA-Z/!?])|\\$)/)
    return pieces.flatMap((text, index) => {
      if (text === '') return []
      const escaped = text === '<' ? 'escaped-tag' : 'escaped-backslash'
      const marks = index % 2 === 0 ? span.marks : [...span.marks, escaped]
      return [{ ...span, _key: `${span._key}-${index}`, text, marks }]
    })
  })
  return { ...block, children }
}

/** Not by `\s*\n\s*`, which takes the square of the time on long white space without a line break. */
function joinLines(text: string): string {
  return text.includes('\n')
    ? text
        .split('\n')
        .map((line, index) => (index === 0 ? line.trimEnd() : line.trim()))
        .join(' ')
    : text
}

function captionOf(image: Image): Block[] {
  const credit = image.credit && `(${image.credit})`
  const caption = [image.caption, credit].filter(Boolean).join(' ')
  return caption === '' ? [] : [paragraph(`${image._key}-caption`, caption, ['em'], [])]
}

function paragraph(key: string, text: string, marks: string[], markDefs: Link[]): TextBlock {
  const children = [{ _type: 'span' as const, _key: 'text', text, marks }]
  return prepareText({ _type: 'block', _key: key, style: 'normal', children, markDefs })
}

const tag = (name: string) => (options: MarkOptions) => `<${name}>${options.children}</${name}>`

const marks = {
  'escaped-backslash': () => '\\\\',
  'escaped-tag': () => '\\<',
  'em*': ({ children }: MarkOptions) => `*${children}*`,
  'html-em': tag('em'),
  'html-strong': tag('strong'),
  'html-strike-through': tag('s'),
  sub: tag('sub'),
  sup: tag('sup'),
  link: ({ children, value }: MarkOptions<Link>) =>
    value && isSafeHref(value.href)
      ? `[${children}](${destination(value.href)}${titlePart(value.title)})`
      : children,
}

const image: PortableTextTypeRenderer<Image> = ({ value }) => {
  const alt = escapeAll(value.alt)
  return isSafeSource(value.src) ? `![${alt}](${destination(value.src)}${titlePart(value.title)})` : alt
}

const code: PortableTextTypeRenderer<Code> = ({ value }) => {
  const runs = value.code.match(/`+/g) ?? []
  const longest = runs.reduce((length, run) => Math.max(length, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${value.language?.trim() ?? ''}\n${value.code}\n${fence}`
}

const types = { image, code }

/** A link destination: white space percent-encoded, what would end it escaped, and no `&copy;` read as ©. */
function destination(url: string): string {
  return url.replace(/\s/gu, encodeURIComponent).replace(/[()<>\\]|&(?=#?\w+;)/g, '\\$&')
}

function titlePart(title: string | undefined): string {
  return title ? ` "${escapeAll(title)}"` : ''
}

/** Escapes all that Markdown could read in a text of one line: alternative texts and titles. */
function escapeAll(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\\`*_[\]<>&~"|]/g, '\\$&')
}
