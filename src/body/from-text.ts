import type { BlockInput } from '../contract/portable-text.ts'

/** Reads plain text: an empty line parts paragraphs, a line feed stays in one. Nothing is interpreted. */
export function fromText(source: string): BlockInput[] {
  const paragraphs: string[][] = []
  let isApart = true
  for (const line of source.replace(/\r\n?/g, '\n').split('\n')) {
    if (line.trim() === '') isApart = true
    else if (isApart) {
      paragraphs.push([line])
      isApart = false
    } else paragraphs.at(-1)?.push(line)
  }
  return paragraphs.map((lines) => ({
    _type: 'block',
    children: [{ _type: 'span', text: lines.join('\n') }],
  }))
}
