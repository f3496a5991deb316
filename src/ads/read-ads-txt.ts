import {
  type AccountEntry,
  adsVariables,
  type LineEntry,
  relationships,
  type VariableEntry,
} from '../contract/seller-entry.ts'
import {
  isDomain,
  isLooseField,
  isOneLine,
  longestComment,
  longestCommentAbove,
  longestField,
  longestValue,
  toOneLine,
} from '../contract/seller-text.ts'
import { hasEndlessMarks } from '../contract/text.ts'
import { isPlaceholder } from './ads-txt.ts'
import { createCollector, mostEntries, type ReadSellers, tooMany } from './seller-file.ts'

/** A longer line is not looked into, in UTF-16 units. */
const longestLine = 10_000

/** Why a line is no entry. */
class LineFault {
  readonly code: string
  readonly detail: string

  constructor(code: string, detail: string) {
    this.code = code
    this.detail = detail
  }
}

type Bare<Entry> = Entry extends unknown ? Omit<Entry, 'comment' | 'commentAbove'> : never

/**
 * Reads `ads.txt` or `app-ads.txt`, taking what others take: any line break, blanks and tabs around fields, any case of
 * names and relationships, a comma too many. A line that is wrong is told of and stops nothing. Comments stay with
 * the line that they stand behind or above. Throws `payload-too-large`.
 */
export function readAdsTxt(text: string): ReadSellers<LineEntry> {
  const found = createCollector<LineEntry>()
  let above: string[] = []
  let number = 0
  for (const raw of linesOf(text.replace(/^\uFEFF/, ''))) {
    number += 1
    if (number > mostEntries) throw tooMany('lines')
    const place = { line: number }
    if (raw.length > longestLine) {
      found.reject(place, 'line-too-long', `has over ${longestLine} characters`, raw)
      continue
    }
    const [content, comment] = cutOnce(raw, '#')
    const line = content.replace(/[ \t]+/g, ' ').trim()
    if (line === '') {
      if (comment !== undefined) above.push(cleanComment(comment))
      continue
    }
    const read = readLine(line)
    if (read instanceof LineFault) {
      found.reject(place, read.code, read.detail, raw)
      continue
    }
    if (read.kind === 'account' && isPlaceholder(read.domain, read.accountId)) continue
    const behind = cleanComment(comment ?? '')
    const over = above.join('\n').replace(/^\n+|\n+$/g, '')
    above = []
    const { hasMore, ...bare } = { hasMore: false, ...read }
    const entry: LineEntry = {
      ...bare,
      comment: cut(behind, longestComment) || null,
      commentAbove: cut(over, longestCommentAbove) || null,
    }
    if (entry.comment !== (behind || null) || entry.commentAbove !== (over || null))
      found.note(place, 'comment-shortened', 'has a comment that is too long; its end was left out', raw)
    if (hasMore)
      found.note(place, 'too-many-fields', 'has more than four fields; the others were left out', raw)
    const first = found.add(entry)
    if (first === undefined) continue
    if (isOtherValue(first, entry))
      found.reject(
        place,
        'second-value',
        'has another value than the first of its kind, which alone counts',
        raw,
      )
    else found.repeat(place, raw)
  }
  if (above.some((line) => line !== ''))
    found.note(
      { line: number },
      'comment-below',
      'comments below the last entry are not kept',
      above.at(-1) ?? '',
    )
  return found.read()
}

function* linesOf(text: string): Generator<string> {
  const breaks = /\r\n|\r|\n/g
  let from = 0
  for (let found = breaks.exec(text); found; found = breaks.exec(text)) {
    yield text.slice(from, found.index)
    from = breaks.lastIndex
  }
  yield text.slice(from)
}

function cutOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function cleanComment(text: string): string {
  return hasEndlessMarks(text) ? '' : toOneLine(text).trim().normalize('NFC')
}

/** At most so many characters. */
function cut(text: string, longest: number): string {
  return text.length <= longest ? text : [...text].slice(0, longest).join('').trim()
}

function readLine(line: string): Bare<VariableEntry> | ReadRecord | LineFault {
  if (!isOneLine(line) || line.includes('\uFFFD') || hasEndlessMarks(line))
    return new LineFault('invalid-character', 'has a character that no line may have')
  const normalized = line.normalize('NFC')
  const variable = /^([\w-]+) ?= ?(.*)$/.exec(normalized)
  return variable ? readVariable(variable[1] ?? '', variable[2] ?? '') : readRecord(normalized)
}

function readVariable(name: string, text: string): Bare<VariableEntry> | LineFault {
  const variable = adsVariables.find((known) => known === name.toUpperCase())
  if (variable === undefined)
    return new LineFault('unknown-variable', `is none of the variables ${adsVariables.join(', ')}`)
  const [value, country] = variable === 'MANAGERDOMAIN' ? managerOf(text) : [text.trim(), null]
  if (value === '' || value.length > longestValue)
    return new LineFault('invalid-value', `must have a value of 1 to ${longestValue} characters`)
  if (variable !== 'CONTACT' && !isDomain(value))
    return new LineFault('invalid-domain', 'must have the name of a domain, in ASCII and without a path')
  if (country !== null && !isCountry(country))
    return new LineFault('invalid-country', 'must name a country by its two letters (ISO 3166-1)')
  return { kind: 'variable', variable, value, country }
}

function managerOf(text: string): [string, string | null] {
  const [domain, country = ''] = cutOnce(text, ',')
  return [domain.trim(), country.replace(/,\s*$/, '').trim().toUpperCase() || null]
}

export function isCountry(text: string): boolean {
  return /^[A-Z]{2}$/.test(text)
}

/** A record, and whether it has more fields than the standard knows. */
type ReadRecord = Bare<AccountEntry> & { readonly hasMore: boolean }

function readRecord(line: string): ReadRecord | LineFault {
  const [content, extension = ''] = cutOnce(line, ';')
  const fields = content.split(',').map((one) => one.trim())
  const [domain = '', accountId = '', relationship = '', authority = '', ...others] = fields
  if (fields.length < 3)
    return new LineFault('not-a-record', 'is neither a record of three fields or more nor a variable')
  if (!isDomain(domain))
    return new LineFault(
      'invalid-domain',
      'must begin with the name of a domain, in ASCII and without a path',
    )
  if (accountId.length > longestField || !isLooseField(accountId))
    return new LineFault('invalid-account', `must have an account id of 1 to ${longestField} characters`)
  const kind = relationships.find((known) => known === relationship.toUpperCase())
  if (kind === undefined)
    return new LineFault('invalid-relationship', 'must have `DIRECT` or `RESELLER` as its third field')
  if (authority.length > longestField || (authority !== '' && !isLooseField(authority)))
    return new LineFault(
      'invalid-certification-authority',
      `must have the id of a certification authority in at most ${longestField} characters, or none`,
    )
  if (extension.length > longestValue)
    return new LineFault(
      'invalid-extension',
      `must have at most ${longestValue} characters behind the semicolon`,
    )
  return {
    ...{ kind: 'account', domain, accountId },
    relationship: kind,
    certificationAuthorityId: authority || null,
    extension: extension.trim() || null,
    hasMore: others.some((field) => field !== ''),
  }
}

/** True for a second owner, or a second manager of one country. */
function isOtherValue(first: LineEntry, second: LineEntry): boolean {
  if (first.kind !== 'variable' || second.kind !== 'variable') return false
  return first.value.toLowerCase() !== second.value.toLowerCase()
}
