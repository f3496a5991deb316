import { z } from 'zod'
import { isSafeHref, isSafeSource, isWebUrl, maxUrlLength } from './safe-url.ts'
import { text } from './text.ts'

/**
 * The body of an article: Portable Text (https://www.portabletext.org), a fixed set of blocks.
 *
 * Each shape exists twice: as it is sent (`…Input`: keys and what has a default may be left out) and as it is
 * stored and delivered (every member that is part of the block's identity is there). What is stored was
 * checked on its way in, so the stored shapes repeat none of the checks between members.
 */

export const headingStyles = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const
const styles = ['normal', ...headingStyles, 'blockquote'] as const
export const decorators = ['strong', 'em', 'underline', 'strike-through', 'code', 'sub', 'sup'] as const

const decoratorNames: ReadonlySet<string> = new Set(decorators)
const longText = text({ max: 100_000 })
const shortText = text({ max: 10_000 })

// Renderers walk a block's spans and lines more than once each, so both are bounded.
const maxSpans = 500
const maxLineBreaks = 1000
export const maxTableRows = 1000
export const maxTableColumns = 100

export const keyPattern = /^[A-Za-z0-9_-]{1,64}$/
const key = z
  .string()
  .regex(keyPattern, 'must be a key: 1 to 64 of A-Z a-z 0-9 _ -')
  .meta({ description: 'Unique within its array; made when left out.', examples: ['0f3c9a1b2d4e'] })
const optionalKey = key.optional()

const href = text({ min: 1, max: maxUrlLength }).refine(isSafeHref, {
  error: 'must be an http, https, mailto or tel URL, or begin with /, # or ?',
  params: { code: 'unsafe-url' },
})
const imageSource = text({ min: 1, max: maxUrlLength }).refine(isSafeSource, {
  error: 'must be an http or https URL, or begin with /',
  params: { code: 'unsafe-url' },
})
const webUrl = text({ min: 1, max: maxUrlLength }).refine(isWebUrl, {
  error: 'must be an absolute http or https URL',
  params: { code: 'unsafe-url' },
})

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((item: unknown) => (isRecord(item) ? item : {})) : []
}

/** Refuses a second `_key` of the same name, whatever else is wrong, so that all faults are told at once. */
function uniqueKeys<Item extends z.ZodType>(array: z.ZodArray<Item>): z.ZodArray<Item> {
  return array.superRefine(
    (items, context) => {
      const seen = new Set<unknown>()
      for (const [index, { _key }] of recordsOf(items).entries()) {
        if (_key !== undefined && seen.has(_key)) {
          const message = 'must be unique within its array'
          context.addIssue({
            code: 'custom',
            path: [index, '_key'],
            message,
            params: { code: 'duplicate-key' },
          })
        }
        seen.add(_key)
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  )
}

type MarkFault = { readonly path: (string | number)[]; readonly code: string; readonly message: string }

/** Marks that name nothing, and a second link on one span (links do not nest). */
function findMarkFaults(block: Readonly<Record<string, unknown>>): readonly MarkFault[] {
  const links = new Set(recordsOf(block.markDefs).map((markDef) => markDef._key))
  const faults: MarkFault[] = []
  for (const [child, span] of recordsOf(block.children).entries()) {
    let hasLink = false
    for (const [index, mark] of (Array.isArray(span.marks) ? span.marks : []).entries()) {
      if (typeof mark !== 'string' || decoratorNames.has(mark)) continue
      const path = ['children', child, 'marks', index]
      if (!links.has(mark)) {
        const message = `must be one of ${decorators.join(', ')}, or the _key of one of the block's markDefs`
        faults.push({ path, code: 'unknown-mark', message })
      } else if (hasLink) {
        faults.push({ path, code: 'nested-link', message: 'must not be a second link on the same span' })
      } else {
        hasLink = true
      }
    }
  }
  return faults
}

function countLineBreaks(block: Readonly<Record<string, unknown>>): number {
  let count = 0
  for (const { text } of recordsOf(block.children)) {
    if (typeof text === 'string') count += text.split('\n').length - 1
  }
  return count
}

const spanInput = z.strictObject({
  _type: z.literal('span'),
  _key: optionalKey,
  text: longText,
  marks: z.array(z.string()).max(20).default([]),
})

const link = z.strictObject({
  _type: z.literal('link'),
  _key: key.refine((value) => !decoratorNames.has(value), {
    error: 'must not be the name of a decorator',
    params: { code: 'reserved-key' },
  }),
  href,
  title: shortText.optional(),
})

const uncheckedTextBlock = z.strictObject({
  _type: z.literal('block'),
  _key: optionalKey,
  style: z.enum(styles).default('normal'),
  listItem: z.enum(['bullet', 'number']).optional(),
  level: z.int().min(1).max(10).optional(),
  children: uniqueKeys(z.array(spanInput).max(maxSpans)),
  markDefs: uniqueKeys(z.array(link).max(maxSpans)).default([]),
})

const textBlockInput = uncheckedTextBlock
  .superRefine(
    (block: unknown, context) => {
      if (!isRecord(block)) return
      for (const { path, code, message } of findMarkFaults(block)) {
        context.addIssue({ code: 'custom', path, message, params: { code } })
      }
      if (countLineBreaks(block) > maxLineBreaks) {
        const message = `must have at most ${maxLineBreaks} line breaks; begin a new block instead`
        context.addIssue({
          code: 'custom',
          path: ['children'],
          message,
          params: { code: 'too-many-line-breaks' },
        })
      }
    },
    { when: ({ value }) => isRecord(value) },
  )
  // A list item without a level is at the outermost one: renderers count on it.
  .overwrite((block) => (block.listItem && block.level === undefined ? { ...block, level: 1 } : block))

const imageInput = z.strictObject({
  _type: z.literal('image'),
  _key: optionalKey,
  src: imageSource,
  alt: shortText,
  caption: shortText.optional(),
  credit: shortText.optional(),
  width: z.int().min(1).max(100_000).optional(),
  height: z.int().min(1).max(100_000).optional(),
  title: shortText.optional(),
})

const codeInput = z.strictObject({
  _type: z.literal('code'),
  _key: optionalKey,
  code: longText,
  language: text({ min: 1, max: 100 })
    .refine((value) => !/[\p{Cc}`]/u.test(value), {
      error: 'must have neither line breaks nor backticks',
      params: { code: 'invalid-language' },
    })
    .optional(),
})

const embedInput = z.strictObject({
  _type: z.literal('embed'),
  _key: optionalKey,
  url: webUrl,
  provider: shortText.optional(),
  caption: shortText.optional(),
})

const horizontalRuleInput = z.strictObject({ _type: z.literal('horizontal-rule'), _key: optionalKey })

const cellInput = z.strictObject({
  _type: z.literal('cell'),
  _key: optionalKey,
  value: uniqueKeys(z.array(z.discriminatedUnion('_type', [textBlockInput, imageInput])).max(100)),
})

const rowInput = z.strictObject({
  _type: z.literal('row'),
  _key: optionalKey,
  cells: uniqueKeys(z.array(cellInput).max(maxTableColumns)),
})

const tableInput = z.strictObject({
  _type: z.literal('table'),
  _key: optionalKey,
  headerRows: z.int().min(0).max(maxTableRows).default(0),
  alignment: z
    .array(z.enum(['left', 'center', 'right']).nullable())
    .max(maxTableColumns)
    .optional(),
  rows: uniqueKeys(z.array(rowInput).max(maxTableRows)),
})

const blockInput = z
  .discriminatedUnion(
    '_type',
    [textBlockInput, imageInput, codeInput, tableInput, embedInput, horizontalRuleInput],
    {
      error: (issue) =>
        issue.code === 'invalid_union'
          ? 'must be one of block, image, code, table, embed, horizontal-rule'
          : undefined,
    },
  )
  // Not `PortableTextBlockInput`: that name is made from the id of the stored block.
  .meta({ id: 'PortableTextBlockDraft', description: 'A block as it is sent: keys may be left out.' })

/** A body as it is sent, at most 10,000 blocks. */
export const bodyInput = uniqueKeys(z.array(blockInput).max(10_000))

const span = spanInput.extend({ _key: key })
const textBlock = uncheckedTextBlock.extend({
  _key: key,
  children: z.array(span),
  markDefs: z.array(link),
})
const image = imageInput.extend({ _key: key })
const cell = cellInput.extend({
  _key: key,
  value: z.array(z.discriminatedUnion('_type', [textBlock, image])),
})
const code = codeInput.extend({ _key: key })
const embed = embedInput.extend({ _key: key })
const row = rowInput.extend({ _key: key, cells: z.array(cell) })
const table = tableInput.extend({ _key: key, rows: z.array(row) })

const block = z
  .discriminatedUnion('_type', [
    textBlock,
    image,
    code,
    table,
    embed,
    horizontalRuleInput.extend({ _key: key }),
  ])
  .meta({ id: 'PortableTextBlock', description: 'A block as it is stored and delivered.' })

/** A body as it is stored and delivered: every block, span, row and cell has its key. */
export const body = z.array(block)

/** A block as a client may write it. */
export type BlockInput = z.input<typeof blockInput>
/** A block after validation: defaults are filled in, keys may still be missing. */
export type UnkeyedBlock = z.output<typeof blockInput>
export type UnkeyedTextBlock = z.output<typeof textBlockInput>
export type UnkeyedTable = z.output<typeof tableInput>
export type UnkeyedTableRow = z.output<typeof rowInput>
export type UnkeyedTableCell = z.output<typeof cellInput>
/** A body as it is stored. */
export type Body = z.output<typeof body>
/** A block as it is stored. */
export type Block = z.output<typeof block>
export type TextBlock = z.output<typeof textBlock>
export type Link = z.output<typeof link>
export type Image = z.output<typeof image>
export type Code = z.output<typeof code>
export type Embed = z.output<typeof embed>
export type Table = z.output<typeof table>
export type TableRow = z.output<typeof row>
export type TableCell = z.output<typeof cell>
