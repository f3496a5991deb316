import type { Line } from './plain-text-lines.ts'

/** Where the page was first published: the words that say so, and what follows them; null when nothing does. */
export interface PageSource {
  attribution: string
  name: string | null
  url: string | null
}

/** What an attribution divides; without one, everything stands before it. */
export interface DividedLines {
  readonly source: PageSource | null
  readonly before: readonly Line[]
  readonly after: readonly Line[]
}

// "Published online" begins alike and is something else.
const attributionLine = /^(This article is originally published on)(?=[\s:]|$)(.*)$/
const webAddress = /https?:\/\/[^\s<>"“”]+/i
const maxNameCharacters = 100
const maxUrlCharacters = 2048

/**
 * Takes the source attribution (the last, when there are several) out of the lines. The name and an http or
 * https URL may follow on its line; a URL may also be the line after it. A bare domain is a name, not a URL.
 */
export function takeSource(lines: readonly Line[]): DividedLines {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const source = parseAttribution(lines[index]?.text ?? '')
    if (source === undefined) continue
    const before = lines.slice(0, index)
    const next = lines[index + 1]
    if (source.url === null && next !== undefined && isWebUrl(next.text)) {
      return { source: { ...source, url: next.text }, before, after: lines.slice(index + 2) }
    }
    return { source, before, after: lines.slice(index + 1) }
  }
  return { source: null, before: lines, after: [] }
}

/** Reads an attribution line; undefined for any other, and for a line that goes on as prose. */
export function parseAttribution(line: string): PageSource | undefined {
  if (line.length > 2 * maxUrlCharacters) return undefined
  const [, attribution, rest = ''] = attributionLine.exec(line) ?? []
  if (attribution === undefined) return undefined
  const url = findUrl(rest)
  const urlStart = url === null ? rest.length : rest.indexOf(url)
  const before = cleanName(rest.slice(0, urlStart))
  const after = cleanName(rest.slice(urlStart + (url?.length ?? 0)))
  const name = before || after
  const goesOnAfterUrl = before !== '' && after !== ''
  if (goesOnAfterUrl || name.length > maxNameCharacters || isProse(rest)) return undefined
  return { attribution, name: name === '' ? null : name, url }
}

function findUrl(text: string): string | null {
  const found = webAddress.exec(text)?.[0]
  if (found === undefined) return null
  // Punctuation at the end belongs to the sentence, and a bracket to it unless the URL opened one.
  const withoutStop = found.replace(/[.,;:!?'’\]]+$/, '')
  const url = withoutStop.includes('(') ? withoutStop : withoutStop.replace(/\)[.,;:!?)]*$/, '')
  return isWebUrl(url) ? url : null
}

function isWebUrl(text: string): boolean {
  return text.length <= maxUrlCharacters && webAddress.exec(text)?.[0] === text && URL.canParse(text)
}

/** The name without what joins it to its neighbours: white space, colon, comma, dash, bracket, last full stop. */
function cleanName(text: string): string {
  return text
    .replace(/^[\s:,;|<>()\-–—]+/, '')
    .replace(/[\s:,;|<>(\-–—]+$/, '')
    .replace(/^[.)\]]+$|\.$/, '')
}

/** Two sentences or more: "… on Mondays. It tells of the war." */
function isProse(text: string): boolean {
  return /[.!?…]\s.*[.!?…]$/.test(text)
}
