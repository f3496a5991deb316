import MarkdownIt, { type Token } from 'markdown-it'
import type { BlockInput } from '../contract/portable-text.ts'
import { fromHtml } from './from-html.ts'
import type { HtmlImport } from './html-import.ts'
import { limitMarkdown } from './markdown-limits.ts'

/** Elements that take what follows as their own text, or hide it, until they are closed. */
const swallowing = 'iframe noembed noframes plaintext script style svg template textarea title xmp'.split(' ')

const markdown = new MarkdownIt({ html: true, linkify: true })
// `www.` and bare domains stay text: news copy is full of names such as `Booking.com`.
markdown.linkify.set({ fuzzyLink: false })
// Addresses stay as they were written, and whether they are safe is decided once, by what reads the HTML.
markdown.validateLink = () => true
markdown.normalizeLink = (url) => url
markdown.normalizeLinkText = (text) => text
// The library's own leaves out escaped characters and code.
markdown.renderer.renderInlineAsText = textOf
limitMarkdown(markdown)

/**
 * Reads Markdown (CommonMark with GFM's tables, strikethrough and bare links) into blocks. It is rendered as
 * HTML, and that is read as any HTML is, so that raw HTML inside is reduced in the same way.
 *
 * Throws ConversionError for what is too much or nested too deep.
 */
export function fromMarkdown(source: string, importing?: HtmlImport): BlockInput[] {
  const tokens = markdown.parse(source, {})
  const mention = mentionIn(source)
  if (mention !== undefined) escapeTags(tokens, mention)
  return fromHtml(markdown.renderer.render(tokens, markdown.options, {}), importing)
}

/** The text of an image's description. */
function textOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, children }) => {
      if (type === 'image') return textOf(children ?? [])
      if (type === 'softbreak' || type === 'hardbreak') return '\n'
      return type === 'html_inline' ? '' : content
    })
    .join('')
}

/** The beginnings of tags that are never closed; undefined when all are. */
function mentionIn(source: string): RegExp | undefined {
  const unclosed = swallowing.filter((name) => !new RegExp(`</${name}`, 'i').test(source))
  return unclosed.length === 0 ? undefined : new RegExp(`<(?=(?:${unclosed.join('|')})(?![\\w-]))`, 'gi')
}

/** A tag that is mentioned and never closed is text: it must not take the rest of the article with it. */
function escapeTags(tokens: readonly Token[], mention: RegExp): void {
  for (const token of tokens) {
    if (token.type === 'html_inline' || token.type === 'html_block')
      token.content = token.content.replace(mention, '&lt;')
    escapeTags(token.children ?? [], mention)
  }
}
