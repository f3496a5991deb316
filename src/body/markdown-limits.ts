import type MarkdownIt from 'markdown-it'
import { ConversionError, type ConversionFault } from './conversion-error.ts'

// Each bound is far beyond what a body of 5 MiB needs. Together they bound the memory of the parser: a thread
// that runs out of it can take the whole process with it.
const maxTokens = 300_000
const maxLines = 300_000
const maxLinks = 20_000
const maxParagraph = 200_000
/** The parser stops at so many levels of quotes and lists (a list takes two), and leaves out what is deeper. */
const maxLevels = 100

/** Counts the tokens of one source; the parser carries it as its `env`. */
interface TokenCount {
  tokens?: number
}

/** Makes a parser throw ConversionError for what would take too much memory, or lose text. */
export function limitMarkdown(markdown: MarkdownIt): void {
  const { State: BlockState } = markdown.block
  markdown.block.State = class extends BlockState {
    override push(...token: Parameters<InstanceType<typeof BlockState>['push']>) {
      countToken(this.env)
      return super.push(...token)
    }
  }
  const { State: InlineState } = markdown.inline
  markdown.inline.State = class extends InlineState {
    override push(...token: Parameters<InstanceType<typeof InlineState>['push']>) {
      countToken(this.env)
      return super.push(...token)
    }
  }
  markdown.core.ruler.before('block', 'limit-source', ({ src }) => {
    if (isMoreThan(maxLines, src, /\n/g)) refuse('too-many', 'over 300,000 lines')
    if (isMoreThan(maxLinks, src, /@|\/\/|mailto:/gi)) refuse('too-many', 'over 20,000 links')
  })
  markdown.core.ruler.after('block', 'limit-blocks', ({ tokens }) => {
    for (const { level, type, content } of tokens) {
      if (level >= maxLevels - 1) refuse('too-deep', 'quotes or lists that are nested too deep')
      if (type === 'inline' && content.length > maxParagraph)
        refuse('too-long', 'a paragraph of over 200,000 characters')
    }
  })
}

function countToken(count: TokenCount): void {
  count.tokens = (count.tokens ?? 0) + 1
  if (count.tokens > maxTokens) refuse('too-many', 'too much markup')
}

function isMoreThan(limit: number, source: string, pattern: RegExp): boolean {
  let count = 0
  for (const _ of source.matchAll(pattern)) {
    count += 1
    if (count > limit) return true
  }
  return false
}

function refuse(code: ConversionFault['code'], what: string): never {
  throw new ConversionError([{ code, detail: `The content has ${what}; divide it.` }])
}
