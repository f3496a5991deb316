import type { NamedTerm } from '../item.ts'

/** What JSON and YAML hold, looked at with care: nothing of it is known to have the type that it should have. */

export type Members = Readonly<Record<string, unknown>>

export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not blank; numbers as they are written. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** The first of the members that is a text. */
export function firstText(members: Members, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(members[name])
    if (text !== undefined) return text
  }
  return undefined
}

/** Each name once, those first that come first. */
export function namedOnce(names: readonly (string | undefined)[]): NamedTerm[] {
  const filled = names.flatMap((name) => (name === undefined || name.trim() === '' ? [] : [name.trim()]))
  return [...new Set(filled)].map((name) => ({ name }))
}

/** The text of HTML that should be a line: tags are dropped, the common references read. */
export function lineOfHtml(html: string | undefined): string | undefined {
  if (html === undefined) return undefined
  const text = html
    .slice(0, 100_000)
    .replace(/<(?:script|style)\b[^>]*>[\s\S]*?<\/(?:script|style)>/gi, ' ')
    .replace(/<\/?[a-z!][^<>]*>/gi, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return references[String(name).toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
        ? String.fromCodePoint(code)
        : ' '
    })
    .replace(/\s+/gu, ' ')
    .trim()
  return text === '' ? undefined : text
}

const references: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  hellip: '…',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  nbsp: ' ',
  ndash: '–',
  quot: '"',
  rdquo: '”',
  rsquo: '’',
}
