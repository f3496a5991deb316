import { readFrameAddress } from '../../src/body/embed-providers.ts'
import type { UnkeyedBlock } from '../../src/contract/portable-text.ts'

type TextBlock = Extract<UnkeyedBlock, { _type: 'block' }>
type Character = { readonly text: string; readonly marks: string }

/** Line breaks are characters of their own in Portable Text; all other white space of HTML is one space. */
const isSpace = (text: string) => /^[ \t\f\r]$/.test(text)

/**
 * What a body says once it went through HTML: white space as browsers show it, spans as far as their marks go,
 * nothing that shows nothing. Links are known by their address. An oracle for the readers, so it shares no code
 * with them.
 */
export function canonical(blocks: readonly UnkeyedBlock[]): unknown[] {
  return blocks.flatMap((block) => {
    const content = canonicalBlock(block)
    return content === undefined ? [] : [{ key: block._key, ...content }]
  })
}

function canonicalBlock(block: UnkeyedBlock): object | undefined {
  switch (block._type) {
    case 'block':
      return canonicalText(block)
    case 'image': {
      const { _key, caption, credit, ...image } = block
      return { ...image, caption: line(caption), credit: line(credit), title: block.title || undefined }
    }
    case 'code': {
      if (block.code.trim() === '') return undefined
      return { code: block.code, language: block.language?.trim().split(/\s+/)[0] }
    }
    case 'embed':
      return {
        url: block.url,
        caption: line(block.caption),
        provider: readFrameAddress(block.url)?.provider,
      }
    case 'horizontal-rule':
      return { rule: true }
    case 'table':
      return canonicalTable(block)
  }
}

function line(text: string | undefined): string | undefined {
  return text?.replace(/[ \t\n\f\r]+/g, ' ').replace(/^ | $/g, '') || undefined
}

function canonicalText(block: TextBlock): object | undefined {
  const spans = spansOf(block)
  if (!spans.some(({ text }) => /[^\s\p{Cc}\p{Cf}]/u.test(text))) return undefined
  const { style, listItem, level } = block
  return { style, listItem, level: listItem && level, spans }
}

function spansOf(block: TextBlock): { text: string; marks: string }[] {
  const links = new Map(
    block.markDefs.map((link) => [link._key, JSON.stringify([link.href, link.title || undefined])]),
  )
  const characters = block.children.flatMap((span): Character[] => {
    const marks = [...new Set(span.marks.map((mark) => links.get(mark) ?? mark))].toSorted().join(' ')
    return [...span.text].map((text) => ({ text, marks }))
  })
  const spans: { text: string; marks: string }[] = []
  for (const { text, marks } of trimLines(characters)) {
    const last = spans.at(-1)
    if (last?.marks === marks) last.text += text
    else spans.push({ text, marks })
  }
  return spans.map(({ text, marks }) => ({ text: text.normalize('NFC'), marks }))
}

function trimLines(characters: readonly Character[]): Character[] {
  const lines: Character[][] = [[]]
  const breaks: Character[] = []
  for (const character of characters) {
    if (character.text === '\n') {
      breaks.push(character)
      lines.push([])
    } else if (!isSpace(character.text)) lines.at(-1)?.push(character)
    else if (lines.at(-1)?.length && lines.at(-1)?.at(-1)?.text !== ' ')
      lines.at(-1)?.push({ ...character, text: ' ' })
  }
  for (const each of lines) if (each.at(-1)?.text === ' ') each.pop()
  while (lines.length > 0 && lines.at(-1)?.length === 0) {
    lines.pop()
    breaks.length = Math.max(0, lines.length - 1)
  }
  while (lines.length > 0 && lines[0]?.length === 0) {
    lines.shift()
    breaks.shift()
  }
  return lines
    .flatMap((each, index) => (index === 0 ? each : [breaks[index - 1], ...each]))
    .filter((each) => each !== undefined)
}

function canonicalTable(table: Extract<UnkeyedBlock, { _type: 'table' }>): object | undefined {
  const rows = table.rows.map((row, index) => ({ cells: row.cells, isHead: index < table.headerRows }))
  const shown = rows.filter((row) => row.cells.length > 0)
  if (shown.length === 0) return undefined
  const columns = Math.max(...shown.map((row) => row.cells.length))
  const alignment = (table.alignment ?? []).slice(0, columns)
  return {
    headerRows: shown.filter((row) => row.isHead).length,
    alignment: alignment.slice(0, alignment.findLastIndex((each) => each !== null) + 1),
    rows: shown.map((row) =>
      row.cells.map((cell) => canonical(cell.value.map(({ _key, ...block }) => block as UnkeyedBlock))),
    ),
  }
}
