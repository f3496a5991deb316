import { parseInstant } from '../contract/text.ts'

/**
 * An instant in any form that formats write: RFC 3339, RFC 822, `2024-01-09 08:00:00`, `2024-1-9`, or milliseconds
 * since 1970. What names no zone is UTC. Undefined for what is no instant, and for years before 1 or after 9999.
 */
export function readInstant(value: unknown): string | undefined {
  if (value instanceof Date) return instantOf(value.getTime())
  if (typeof value === 'number') return instantOf(value)
  if (typeof value !== 'string' || value.length > 100) return undefined
  const text = value.trim()
  const exact = parseInstant(text)
  if (exact !== undefined) return exact
  const plain =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
      text,
    )
  if (plain) {
    const [, year, month, day, hour = '0', minute = '00', second = '00', zone = 'Z'] = plain
    const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
    const two = (digits = '') => digits.padStart(2, '0')
    return parseInstant(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}${offset}`)
  }
  // Dates in words: RFC 822, as feeds have them. What names no zone would be read in the zone of this machine.
  if (!/[A-Za-z]{3}/.test(text)) return undefined
  const zoned = /(?:[+-]\d{4}|\b(?:GMT|UTC?|Z|[ECMP][SD]T))\s*(?:\([^)]*\))?$/i.test(text)
    ? text
    : `${text} UTC`
  return instantOf(Date.parse(zoned))
}

function instantOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds)
  if (Number.isNaN(date.getTime())) return undefined
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999 ? date.toISOString() : undefined
}
