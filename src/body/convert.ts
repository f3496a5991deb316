import type { z } from 'zod'
import { type FormattedBody, maxBodyBytes, storedBytes } from '../contract/body-input.ts'
import { type BlockInput, bodyInput, type UnkeyedBlock } from '../contract/portable-text.ts'
import { hasEndlessMarks } from '../contract/text.ts'
import { ConversionError, type ConversionFault } from './conversion-error.ts'
import { fromHtml } from './from-html.ts'
import { fromMarkdown } from './from-markdown.ts'
import { fromText } from './from-text.ts'
import type { HtmlImport } from './html-import.ts'

/** So many faults are told; content that has one often has thousands. */
const mostFaults = 20

/** Every span, cell, row and block takes at least 40 bytes once it is stored. */
const mostNodes = maxBodyBytes / 40

type ReadContent = (content: string, importing?: HtmlImport) => BlockInput[]
const readers: Readonly<Record<FormattedBody['format'], ReadContent>> = {
  markdown: fromMarkdown,
  html: fromHtml,
  text: fromText,
}

/**
 * Converts content to blocks that are valid as they would have to be from a client. Throws ConversionError when
 * they would be over one of the limits of a body. Takes seconds for some contents: see `converter.ts`. What is imported
 * has its relative addresses made absolute, and what is lost is told.
 */
export function convert({ format, content }: FormattedBody, importing?: HtmlImport): UnkeyedBlock[] {
  const blocks = readers[format](content, importing)
  refuseUnstorable(blocks)
  const { data, error } = bodyInput.safeParse(blocks)
  if (error) throw new ConversionError(error.issues.slice(0, mostFaults).map(faultOf))
  if (storedBytes(data) > maxBodyBytes) throw tooLarge()
  return data
}

/**
 * Refuses so many blocks and spans that they cannot fit, before more memory goes into them, and over 30 combining
 * marks in a row: those that came as character references, for in characters they were refused before.
 */
function refuseUnstorable(blocks: readonly BlockInput[]): void {
  let left = mostNodes
  const check = (value: unknown): void => {
    if (typeof value === 'string' && hasEndlessMarks(value)) {
      const detail = 'The content has over 30 combining marks in a row, which no text may hold.'
      throw new ConversionError([{ code: 'invalid-text', detail }])
    }
    if (typeof value !== 'object' || value === null) return
    if ('_type' in value) left -= 1
    if (left < 0) throw tooLarge()
    for (const member of Object.values(value)) check(member)
  }
  check(blocks)
}

function tooLarge(): ConversionError {
  const detail = 'The content becomes a body of more than 5 MiB; divide the article.'
  return new ConversionError([{ code: 'too-long', detail }])
}

/** The blocks are made to the schema in all but their size, so it is a limit that they are over. */
function faultOf(issue: z.core.$ZodIssue): ConversionFault {
  const [block, ...path] = issue.path
  const place = [...(block === undefined ? [] : [`block ${Number(block) + 1}`]), ...path].join(', ')
  const isCount = issue.code === 'too_big' && issue.origin === 'array'
  const words = isCount ? `must have at most ${issue.maximum} items` : issue.message
  return {
    code: isCount ? 'too-many' : 'too-long',
    detail: `Of the converted body, ${place === '' ? 'the blocks' : place} ${words}.`,
  }
}
