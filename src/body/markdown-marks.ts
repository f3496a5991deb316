import type { TextBlock } from '../contract/portable-text.ts'

type Span = TextBlock['children'][number]

/** The decorators that Markdown writes as a pair of delimiter runs, which work only beside certain characters. */
const delimited = ['strong', 'em', 'strike-through'] as const
type Delimited = (typeof delimited)[number]

/**
 * Makes a block's decorators fit for Markdown: space at the edge of one moves out of it, and each is renamed to
 * the spelling that CommonMark will read: `em` (`_`), `em*` (`*`, within a word), or `html-…` (a tag, where
 * neither could be read, as in `**"so"**called`).
 */
export function fitMarks(block: TextBlock): TextBlock {
  let children = block.children
  for (const mark of delimited) children = trimRuns(children, mark)
  // The marks are judged as they were given, not as renamed by the step before.
  const spellings = delimited.map((mark) => ({ mark, spelled: spellRuns(children, mark) }))
  children = children.map((span, index) => ({
    ...span,
    marks: span.marks.map((mark) => spellings.find((each) => each.mark === mark)?.spelled[index] ?? mark),
  }))
  return { ...block, children }
}

/** Moves white space at the edges of each run of spans with the mark out of the mark. */
function trimRuns(spans: readonly Span[], mark: Delimited): Span[] {
  const has = (span: Span | undefined) => span?.marks.includes(mark) ?? false
  const trimmed: Span[] = []
  let insideRun = false
  for (const span of spans) {
    const core = span.text.trimStart()
    if (!has(span) || insideRun) {
      trimmed.push(span)
      insideRun = has(span)
    } else if (core === '') {
      trimmed.push(without(span, mark, span.text))
    } else {
      trimmed.push(without(span, mark, span.text.slice(0, span.text.length - core.length)), {
        ...span,
        text: core,
      })
      insideRun = true
    }
  }
  // The same from the end, where a run's last span is one that the next does not continue.
  const result: Span[] = []
  let followed = false
  for (const span of trimmed.toReversed()) {
    const core = span.text.trimEnd()
    if (!has(span) || followed) {
      result.push(span)
      followed = has(span)
    } else if (core === '') {
      result.push(without(span, mark, span.text))
    } else {
      result.push(without(span, mark, span.text.slice(core.length)), { ...span, text: core })
      followed = true
    }
  }
  return result.reverse().filter((span) => span.text !== '')
}

function without(span: Span, mark: Delimited, text: string): Span {
  return { ...span, text, marks: span.marks.filter((each) => each !== mark) }
}

/** For each span that has the mark, how the run that it belongs to spells it. */
function spellRuns(spans: readonly Span[], mark: Delimited): (string | undefined)[] {
  const spelled: (string | undefined)[] = spans.map(() => undefined)
  let start = 0
  while (start < spans.length) {
    let end = start
    while (spans[end]?.marks.includes(mark)) end += 1
    if (end > start) spelled.fill(spellRun(spans, start, end, mark), start, end)
    start = Math.max(end, start + 1)
  }
  return spelled
}

function spellRun(spans: readonly Span[], start: number, end: number, mark: Delimited): string {
  const first = spans[start]
  const last = spans[end - 1]
  if (!first || !last) return mark
  const previous = spans[start - 1]
  const next = spans[end]
  const before = neighbour(previous, first, (text) => [...text.slice(-2)].at(-1))
  const after = neighbour(next, last, (text) => [...text.slice(0, 2)][0])
  const opens =
    !isWordLike(before) || (!isPunctuation([...first.text.slice(0, 2)][0]) && isAlone(mark, first, previous))
  const closes =
    !isWordLike(after) || (!isPunctuation([...last.text.slice(-2)].at(-1)) && isAlone(mark, last, next))
  if (!opens || !closes) return `html-${mark}`
  if (mark !== 'em' || (!isWordLike(before) && !isWordLike(after))) return mark
  const isUniform = spans.slice(start, end).every((span) => span.marks.length === first.marks.length)
  return isUniform ? 'em*' : 'html-em'
}

/** True when no other mark, with punctuation of its own, begins or ends in the same place (`***` is one run). */
function isAlone(mark: Delimited, inside: Span, outside: Span | undefined): boolean {
  return inside.marks
    .filter((other) => mark === 'strike-through' || (other !== 'strong' && other !== 'em'))
    .every((other) => other === mark || outside?.marks.includes(other))
}

/** The character beside a delimiter: of the text, or the punctuation of another mark that ends or begins there. */
function neighbour(span: Span | undefined, inside: Span, edge: (text: string) => string | undefined) {
  if (span === undefined) return undefined
  return span.marks.every((mark) => inside.marks.includes(mark)) ? edge(span.text) : '*'
}

function isPunctuation(character: string | undefined): boolean {
  return character !== undefined && /^[\p{P}\p{S}]/u.test(character)
}

/** Neither an edge of the block, nor white space, nor punctuation. */
function isWordLike(character: string | undefined): boolean {
  return character !== undefined && /^[^\s\p{P}\p{S}]/u.test(character)
}
