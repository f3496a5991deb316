import { Problem } from '../contract/errors.ts'
import {
  type HeaderEntry,
  type JsonEntry,
  type JsonSellerEntry,
  sellerTypes,
} from '../contract/seller-entry.ts'
import {
  isDomain,
  isOneLine,
  isSmallJson,
  longestComment,
  longestField,
  longestValue,
} from '../contract/seller-text.ts'
import { hasEndlessMarks } from '../contract/text.ts'
import { createCollector, mostEntries, type ReadSellers, tooMany } from './seller-file.ts'

/** The file as it is published: IAB Tech Lab, sellers.json 1.0. Who is confidential has neither name nor domain. */
export function toSellersJson(entries: readonly JsonEntry[]): string {
  const header = entries.find((entry) => entry.kind === 'header')
  const sellers = entries.filter((entry) => entry.kind === 'seller')
  const file = {
    ...(header && {
      ...present('contact_email', header.contactEmail),
      ...present('contact_address', header.contactAddress),
    }),
    version: '1.0',
    ...(header && header.identifiers.length > 0 && { identifiers: header.identifiers }),
    ...(header && present('ext', header.ext)),
    sellers: sellers.map((seller) => ({
      seller_id: seller.sellerId,
      ...(!seller.isConfidential && { ...present('name', seller.name), ...present('domain', seller.domain) }),
      seller_type: seller.sellerType,
      ...(seller.isConfidential && { is_confidential: 1 }),
      ...(seller.isPassthrough && { is_passthrough: 1 }),
      ...present('comment', seller.comment),
      ...present('ext', seller.ext),
    })),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

function present(name: string, value: unknown): Record<string, unknown> {
  return value === null ? {} : { [name]: value }
}

type Members = Readonly<Record<string, unknown>>

const sellerMembers = [
  ...['seller_id', 'name', 'domain', 'seller_type', 'is_confidential', 'is_passthrough', 'comment', 'ext'],
]
const fileMembers = ['version', 'contact_email', 'contact_address', 'identifiers', 'ext', 'sellers']

/** A member that is not what the standard says. */
class MemberFault extends Error {}

/**
 * Reads `sellers.json`: types in any case, ids that are numbers, and flags that are booleans are taken as well. A seller
 * that is wrong is told of and stops nothing. Throws `malformed-json`, `payload-too-large`.
 */
export function readSellersJson(text: string): ReadSellers<JsonEntry> {
  const file = parse(text)
  const { sellers } = file
  if (!Array.isArray(sellers))
    throw new Problem('malformed-json', 'The file must be an object with the array `sellers`.')
  if (sellers.length > mostEntries) throw tooMany('sellers')
  const found = createCollector<JsonEntry>()
  noteUnknown(found, file, fileMembers, '')
  addHeader(found, file)
  for (const [index, value] of sellers.entries()) {
    const place = { pointer: `/sellers/${index}` }
    try {
      const entry = readSeller(value)
      noteUnknown(found, value as Members, sellerMembers, place.pointer)
      const first = found.add(entry)
      if (first && JSON.stringify(first) !== JSON.stringify(entry))
        found.reject(place, 'second-value', 'has the id of another seller of the file', excerptOf(value))
      else if (first) found.repeat(place, excerptOf(value))
    } catch (error) {
      if (!(error instanceof MemberFault)) throw error
      found.reject(place, 'invalid-seller', error.message, excerptOf(value))
    }
  }
  return found.read()
}

function parse(text: string): Members {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    throw new Problem('malformed-json', 'The file is not valid JSON.')
  }
}

type Collector = ReturnType<typeof createCollector<JsonEntry>>

function addHeader(found: Collector, file: Members): void {
  try {
    const header = readHeader(file)
    const { contactEmail, contactAddress, identifiers, ext } = header
    if (contactEmail === null && contactAddress === null && identifiers.length === 0 && ext === null) return
    found.add(header)
  } catch (error) {
    if (!(error instanceof MemberFault)) throw error
    found.reject({ pointer: '' }, 'invalid-header', error.message, excerptOf({ ...file, sellers: undefined }))
  }
}

function noteUnknown(found: Collector, value: Members, known: readonly string[], pointer: string): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const names = unknown.slice(0, 10).map((name) => name.slice(0, 50))
  found.note(
    { pointer },
    'unknown-member',
    `has members that were left out: ${names.join(', ')}`,
    excerptOf(value),
  )
}

function readHeader(file: Members): HeaderEntry {
  const identifiers = file.identifiers ?? []
  if (!Array.isArray(identifiers) || identifiers.length > 20)
    throw new MemberFault('`identifiers` must be an array of at most 20')
  return {
    kind: 'header',
    contactEmail: textOf(file, 'contact_email', longestField),
    contactAddress: textOf(file, 'contact_address', longestValue),
    identifiers: identifiers.map((identifier: unknown) => ({
      name: required(identifier, 'name', longestField),
      value: required(identifier, 'value', longestField),
    })),
    ext: extOf(file),
  }
}

function readSeller(value: unknown): JsonSellerEntry {
  if (!isObject(value)) throw new MemberFault('must be an object')
  const isConfidential = flagOf(value, 'is_confidential')
  const type = required(value, 'seller_type', longestField).toUpperCase()
  const sellerType = sellerTypes.find((known) => known === type)
  if (sellerType === undefined)
    throw new MemberFault(
      `\`seller_type\` must be one of ${sellerTypes.map((known) => `\`${known}\``).join(', ')}`,
    )
  const domain = isConfidential
    ? textOf(value, 'domain', longestField)
    : required(value, 'domain', longestField)
  if (domain !== null && !isDomain(domain)) throw new MemberFault('`domain` must be the name of a domain')
  return {
    kind: 'seller',
    sellerId: required(value, 'seller_id', longestField),
    sellerType,
    name: isConfidential ? textOf(value, 'name', longestField) : required(value, 'name', longestField),
    domain,
    isConfidential,
    isPassthrough: flagOf(value, 'is_passthrough'),
    comment: textOf(value, 'comment', longestComment),
    ext: extOf(value),
  }
}

function required(value: unknown, name: string, longest: number): string {
  const text = isObject(value) ? textOf(value, name, longest) : null
  if (text === null) throw new MemberFault(`\`${name}\` is required`)
  return text
}

/** Null where there is none, or nothing in it. */
function textOf(value: Members, name: string, longest: number): string | null {
  const given = value[name] ?? ''
  if (typeof given !== 'string' && typeof given !== 'number')
    throw new MemberFault(`\`${name}\` must be a text`)
  const text = String(given)
  if (text.length > 4 * longest || hasEndlessMarks(text) || !isOneLine(text.trim()))
    throw new MemberFault(`\`${name}\` must be one line of at most ${longest} characters`)
  const normalized = text.trim().normalize('NFC')
  if ([...normalized].length > longest)
    throw new MemberFault(`\`${name}\` must have at most ${longest} characters`)
  return normalized || null
}

function flagOf(value: Members, name: string): boolean {
  const given = value[name] ?? 0
  if ([1, true, '1'].includes(given as number)) return true
  if ([0, false, '0'].includes(given as number)) return false
  throw new MemberFault(`\`${name}\` must be 0 or 1`)
}

function extOf({ ext = null }: Members): Members | null {
  if (ext === null) return null
  if (!isObject(ext) || !isSmallJson(ext))
    throw new MemberFault('`ext` must be an object of at most 4,096 bytes')
  return ext
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Of what may be nested as deep as it likes, the names alone. */
function excerptOf(value: unknown): string {
  if (!isObject(value)) return typeof value === 'object' ? '' : String(value)
  const id = value.seller_id
  return typeof id === 'string' || typeof id === 'number' ? `seller_id ${id}` : Object.keys(value).join(', ')
}
