import { countCharacters } from '../contract/text.ts'
import { PageError } from './page-error.ts'

/** A line that has something to read; `number` counts from 1, empty lines included. */
export interface Line {
  readonly number: number
  readonly text: string
}

const maxBytes = 5_000_000
const maxLineCharacters = 100_000
/** As blocks of an article, more lines than this are over 5 MiB of JSON whatever they say. */
const maxLines = 50_000

const lineBreak = /\r\n|[\n\r\u2028\u2029]/
/** White space, and characters that show nothing, such as U+200B. */
const blank = /^[\s\p{Default_Ignorable_Code_Point}]*$/u
/** UAX #15 (stream-safe text) finds 30 enough for any language. Longer runs make normalising take quadratic time. */
const tooManyMarks = /\p{M}{31}/u

/**
 * The lines of a plain text file that are not blank: UTF-8, at most 5,000,000 bytes, with or without a byte
 * order mark, ended by LF, CR, CRLF, U+2028 or U+2029. Each is in NFC, without surrounding white space.
 * Throws a PageError for what is larger, binary, in another encoding, or has more than 50,000 such lines or one
 * over 100,000 characters.
 */
export function readLines(bytes: Uint8Array): Line[] {
  if (bytes.length > maxBytes) {
    throw new PageError(
      null,
      `the file has ${bytes.length} bytes, over the limit of ${maxBytes}; split it into pages`,
    )
  }
  const text = decodeText(bytes)
  const marks = text.search(tooManyMarks)
  if (marks !== -1) {
    throw new PageError(lineAt(text, marks), 'more than 30 combining marks stand in a row; remove them')
  }
  const lines = text
    .normalize('NFC')
    .split(lineBreak)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => !blank.test(line.text))
  const surplus = lines[maxLines]
  if (surplus !== undefined) {
    throw new PageError(surplus.number, `the page has over ${maxLines} lines of text; split it into pages`)
  }
  for (const line of lines) {
    if (isTooLong(line.text)) {
      throw new PageError(
        line.number,
        `the line is over ${maxLineCharacters} characters; break it into paragraphs`,
      )
    }
  }
  return lines
}

function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new PageError(null, 'the file is UTF-16 (it begins with its byte order mark); save it as UTF-8')
  }
  const control = bytes.findIndex(isControl)
  if (control !== -1) {
    const name = `U+${bytes[control]?.toString(16).toUpperCase().padStart(4, '0')}`
    const reason = `the control character ${name} does not belong in plain text; export the page as UTF-8 text`
    throw new PageError(lineOfByte(bytes, control), reason)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new PageError(
      lineOfByte(bytes, findInvalidByte(bytes)),
      'the text is not valid UTF-8; save the file as UTF-8',
    )
  }
}

/** C0 but for tab, line feed and carriage return. In UTF-8 these bytes are never part of another character. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d
}

/** Decoding replaces what is invalid by U+FFFD, so the first byte that does not come back is the culprit. */
function findInvalidByte(bytes: Uint8Array): number {
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const encoded = new TextEncoder().encode(decoded)
  return bytes.findIndex((byte, index) => byte !== encoded[index])
}

function lineOfByte(bytes: Uint8Array, index: number): number {
  const before = new TextDecoder().decode(bytes.subarray(0, index))
  return lineAt(before, before.length)
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split(lineBreak).length
}

function isTooLong(text: string): boolean {
  return text.length > maxLineCharacters && countCharacters(text) > maxLineCharacters
}
