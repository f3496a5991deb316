import type { BlockInput } from '../contract/portable-text.ts'
import { isSameMarks, type LinkTarget, type Marks, noMarks } from './html-marks.ts'

export type TextBlockInput = Extract<BlockInput, { _type: 'block' }>
export type Style = NonNullable<TextBlockInput['style']>

export interface ListPlace {
  readonly listItem: 'bullet' | 'number'
  readonly level: number
}

interface RunSpan {
  text: string
  readonly marks: Marks
}

/** Any character but white space, controls and format characters such as the zero-width space. */
const visible = /[^\s\p{Cc}\p{Cf}]/u

/**
 * The text of one block as it is gathered, with white space as browsers show it: a run of it is one space, and
 * none at the beginning and the end of a line.
 */
export class TextRun {
  readonly style: Style
  readonly #list: ListPlace | undefined
  readonly #key: string | undefined
  readonly #spans: RunSpan[] = []
  #end: 'start' | 'space' | 'line' | 'text' = 'start'

  constructor(style: Style, list: ListPlace | undefined, key: string | undefined) {
    this.style = style
    this.#list = list
    this.#key = key
  }

  add(text: string, marks: Marks): void {
    const collapsed = text.replace(/[ \t\n\f\r]+/g, ' ')
    const added = this.#end !== 'text' && collapsed.startsWith(' ') ? collapsed.slice(1) : collapsed
    if (added === '') return
    this.#push(added, marks)
    this.#end = added.endsWith(' ') ? 'space' : 'text'
  }

  /** A line break; none at the beginning. */
  addLineBreak(marks: Marks): void {
    if (this.#end === 'start') return
    if (this.#end === 'space') this.#trimEnd(' ')
    this.#push('\n', marks)
    this.#end = 'line'
  }

  /** Begins a new line, unless the text is at the beginning of one. */
  startLine(): void {
    if (this.#end !== 'line') this.addLineBreak(noMarks)
  }

  #push(text: string, marks: Marks): void {
    const last = this.#spans.at(-1)
    if (last !== undefined && isSameMarks(last.marks, marks)) last.text += text
    else this.#spans.push({ text, marks })
  }

  #trimEnd(characters: string): void {
    for (let last = this.#spans.at(-1); last !== undefined; last = this.#spans.at(-1)) {
      let end = last.text.length
      while (end > 0 && characters.includes(last.text[end - 1] ?? '')) end -= 1
      last.text = last.text.slice(0, end)
      if (end > 0) return
      this.#spans.pop()
    }
  }

  /** The block, once all of its text is there; undefined when it would show nothing. */
  toBlock(): TextBlockInput | undefined {
    this.#trimEnd(' \n')
    if (!this.#spans.some((span) => visible.test(span.text))) return undefined
    const links = new Map<string, { readonly _key: string; readonly target: LinkTarget }>()
    const children = this.#spans.map(({ text, marks: { decorators, link } }) => {
      const marks: string[] = [...decorators]
      if (link !== undefined) marks.push(keyOfLink(links, link))
      return { _type: 'span' as const, text, marks }
    })
    const markDefs = [...links.values()].map(({ _key, target: { href, title } }) => ({
      _type: 'link' as const,
      _key,
      href,
      ...(title === undefined ? {} : { title }),
    }))
    return {
      _type: 'block',
      ...(this.#key === undefined ? {} : { _key: this.#key }),
      style: this.style,
      ...this.#list,
      children,
      markDefs,
    }
  }
}

/** The key of the link among those of the block, to which it is added when it is new. */
function keyOfLink(
  links: Map<string, { readonly _key: string; readonly target: LinkTarget }>,
  target: LinkTarget,
): string {
  const identity = JSON.stringify([target.href, target.title])
  const known = links.get(identity) ?? { _key: `link-${links.size + 1}`, target }
  links.set(identity, known)
  return known._key
}
