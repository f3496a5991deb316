/** What may stand in `ads.txt`, `app-ads.txt` and `sellers.json`, piece by piece. */

export const longestDomain = 253
/** Account ids, ids of certification authorities and of sellers. */
export const longestField = 255
export const longestValue = 1_000
export const longestComment = 500
export const longestCommentAbove = 4_000

/** Overrides and isolates of the bidirectional algorithm, by which a line can look like another one. */
const bidi = '\\u202A-\\u202E\\u2066-\\u2069'
/** What no line of text holds: line breaks of any kind, other control characters, halves of surrogate pairs. */
const unprintable = `\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}${bidi}`
const unprintablePattern = new RegExp(`[${unprintable}]`, 'u')
const unprintableRuns = new RegExp(`[${unprintable}]+`, 'gu')
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i
/** U+FFFD stands where a file was no UTF-8. */
const field = /^[^\p{C}\p{Z},;#\uFFFD]+$/u

/** True for a domain name in ASCII with two labels or more, such as `exchange.example`; case does not matter. */
export function isDomain(value: string): boolean {
  if (value.length > longestDomain) return false
  const labels = value.split('.')
  return labels.length > 1 && labels.every((one) => label.test(one)) && /[a-z]/i.test(labels.at(-1) ?? '')
}

/** True for what may stand between two commas: no blank, comma, semicolon, `#` or invisible character. */
export function isField(value: string): boolean {
  return field.test(value)
}

/** The same with single blanks inside, which the standard does not allow and real files have. */
export function isLooseField(value: string): boolean {
  return value.split(' ').every(isField)
}

/** True for text that stays on its line. */
export function isOneLine(value: string): boolean {
  return !unprintablePattern.test(value)
}

/** The text on one line, with a blank for whatever would break it. */
export function toOneLine(value: string): string {
  return value.replace(unprintableRuns, ' ')
}

/** The most that an `ext` has, as JSON in bytes, and how deep it is nested. */
export const mostExtBytes = 4_096
const deepestExt = 20

/** True for JSON that is small enough to be kept beside a line, and can be. */
export function isSmallJson(value: object): boolean {
  if (!isShallow(value, deepestExt)) return false
  const json = JSON.stringify(value)
  return Buffer.byteLength(json) <= mostExtBytes && !/\\u0000|\\ud[89a-f]/i.test(json)
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1))
}
