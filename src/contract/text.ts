import { z } from 'zod'

/** What the API calls a character: a Unicode code point, as in JSON Schema's `maxLength`. */
export function countCharacters(value: string): number {
  let count = 0
  for (const _ of value) count += 1
  return count
}

/** Real text has far fewer (Stream-Safe Text Format, UAX #15), and normalising long runs takes quadratic time. */
const manyMarks = /(?<!\p{M})\p{M}{31}/u

/** True for over 30 combining marks in a row, which no text may hold. */
export function hasEndlessMarks(value: string): boolean {
  return manyMarks.test(value)
}

interface TextLimits {
  readonly min?: number
  readonly max: number
}

/**
 * A string in NFC of `min` to `max` code points. That it holds neither NUL nor a lone surrogate is checked
 * for every input string at once, in `http/validation.ts`.
 */
export function text({ min = 0, max }: TextLimits) {
  return z
    .string()
    .overwrite((value) => value.normalize('NFC'))
    .refine((value) => countCharacters(value) >= min, {
      error: min === 1 ? 'must not be empty' : `must have at least ${min} characters`,
      params: { code: 'too-short' },
    })
    .refine((value) => countCharacters(value) <= max, {
      error: `must have at most ${max} characters`,
      params: { code: 'too-long' },
    })
    .meta(min > 0 ? { minLength: min, maxLength: max } : { maxLength: max })
}

/** A text of 1 to `max` code points that is not blank. */
export function filledText(max: number) {
  return text({ min: 1, max })
    .refine((value) => value === '' || value.trim() !== '', {
      error: 'must not be blank',
      params: { code: 'too-short' },
    })
    .meta({ minLength: 1, maxLength: max })
}

/** A name of 1 to `max` code points that is not blank. */
export function nameText({ max, example }: { readonly max: number; readonly example: string }) {
  return filledText(max).meta({ examples: [example] })
}

const instantPattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

/** Reads an RFC 3339 instant with an offset, years 0001 to 9999; undefined when it is not one. */
export function parseInstant(value: string): string | undefined {
  const match = instantPattern.exec(value)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  // RFC 3339 allows a leap second; JavaScript has none, so it is read as the second before.
  const seconds = second === '60' ? '59' : second
  const milliseconds = `${fraction.slice(1)}000`.slice(0, 3)
  const local = new Date(`${year}-${month}-${day}T${hour}:${minute}:${seconds}.${milliseconds}Z`)
  const isRealDate = !Number.isNaN(local.getTime()) && local.getUTCDate() === Number(day) && Number(hour) < 24
  if (!isRealDate) return undefined
  const offsetMinutes =
    zone.toUpperCase() === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  if (offsetMinutes >= 24 * 60 || Number(zone.slice(4, 6)) > 59) return undefined
  const utc = new Date(local.getTime() - (zone.startsWith('-') ? -1 : 1) * offsetMinutes * 60_000)
  return utc.getUTCFullYear() >= 1 && utc.getUTCFullYear() <= 9999 ? utc.toISOString() : undefined
}

/** An instant on the way in: RFC 3339 with an offset, kept as UTC with milliseconds (what is finer is cut off). */
export const instantInput = z
  .string()
  .refine((value) => parseInstant(value) !== undefined, {
    error: 'must be an RFC 3339 instant with an offset, such as 2024-01-09T08:00:00Z',
    params: { code: 'invalid-instant' },
  })
  .overwrite((value) => parseInstant(value) ?? value)
  .meta({ format: 'date-time', examples: ['2024-01-09T08:00:00.000Z'] })

/** An instant on the way out: UTC with milliseconds. */
export const instant = z.string().meta({ format: 'date-time', examples: ['2024-01-09T08:00:00.000Z'] })

/** The form of every id: a UUID of version 7 (RFC 9562) in lower case. */
export const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const id = z
  .string()
  .regex(idPattern, 'must be an id: a UUIDv7 in lower case')
  .meta({ format: 'uuid', examples: ['018ced2a-4000-7000-8000-00000000a001'] })
