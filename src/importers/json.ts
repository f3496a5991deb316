import { ImportError } from './item.ts'

/**
 * What a document of JSON may hold: each of these may take a hundred bytes of memory, of which one is written, and who
 * runs out of memory while JSON is parsed takes the whole process along.
 */
const mostValues = 1_000_000
/** More than the largest `custom` of an article could be. */
const deepest = 20_000

/**
 * Parses JSON. Throws ImportError for what is none, and before anything is made of it for what has too many values or is
 * nested too deep.
 */
export function parseJson(text: string): unknown {
  const start = text.startsWith('\uFEFF') ? 1 : 0
  refuseCostly(text, start)
  try {
    return JSON.parse(start === 0 ? text : text.slice(start))
  } catch {
    throw new ImportError('it is not valid JSON')
  }
}

/** Throws ImportError for JSON with too many values, or nested too deep. What is no JSON may pass. */
export function refuseCostly(text: string, start = 0): void {
  let values = 0
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    switch (text[at]) {
      case '"':
        at = endOfText(text, at + 1)
        break
      case '{':
      case '[':
        depth += 1
        values += 1
        break
      case '}':
      case ']':
        depth -= 1
        break
      case ',':
        values += 1
    }
    if (depth > deepest) throw new ImportError(`the JSON is nested deeper than ${deepest} levels`)
    if (values > mostValues)
      throw new ImportError(`the JSON has over ${mostValues} values, more than an article could; divide it`)
  }
}

/** Where the quotation mark is that ends the text; the end of all where there is none. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = end
    while (escapes > from && text[escapes - 1] === '\\') escapes -= 1
    if ((end - escapes) % 2 === 0) return end
  }
  return text.length
}
