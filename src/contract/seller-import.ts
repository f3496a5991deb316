import { z } from 'zod'
import { flag } from './filter.ts'
import { sellerFiles } from './seller-entry.ts'

/** Taking over an existing file of sellers. */

export const importModes = ['merge', 'replace'] as const
export type ImportMode = (typeof importModes)[number]

/** So many remarks are told one by one, of each kind. */
export const mostRemarks = 1_000

export const sellerImportParameters = z.strictObject({
  file: z
    .enum(sellerFiles)
    .describe('Which file it is, and so how it is read.')
    .meta({ examples: ['ads.txt'] }),
  mode: z
    .enum(importModes)
    .default('merge')
    .describe(
      '`merge` leaves alone what the file does not have; `replace` takes it out, so that the file is then just what was sent.',
    ),
  dryRun: flag.optional().describe('`true` answers what would be done, and does nothing.'),
})

export type SellerImportOptions = z.output<typeof sellerImportParameters>

const remark = z
  .strictObject({
    line: z.int().optional().describe('From 1; of `ads.txt` and `app-ads.txt`.'),
    pointer: z.string().optional().describe('A JSON Pointer into `sellers.json`.'),
    code: z.string(),
    detail: z.string(),
    text: z.string().describe('The beginning of the line, or of the seller.'),
  })
  .meta({ id: 'SellerImportRemark' })
export type ImportRemark = Readonly<z.infer<typeof remark>>

const count = z.int().min(0)

export const sellerImportReport = z
  .strictObject({
    file: z.enum(sellerFiles),
    mode: z.enum(importModes),
    dryRun: z.boolean(),
    processed: count.describe('What was read: all of the counts below but `deleted` together.'),
    created: count,
    updated: count,
    unchanged: count,
    duplicates: count.describe('What the file has twice or more, from the second on.'),
    failed: count.describe('What could not be taken over.'),
    deleted: count.describe('What the file does not have any more; with `replace` alone.'),
    problems: z.array(remark).describe(`What failed, and why: the first ${mostRemarks}.`),
    notes: z
      .array(remark)
      .describe(`What was taken over otherwise than it stood there: the first ${mostRemarks}.`),
  })
  .meta({
    id: 'SellerImportReport',
    examples: [
      {
        ...{
          file: 'ads.txt',
          mode: 'merge',
          dryRun: false,
          processed: 3,
          created: 2,
          updated: 0,
          unchanged: 0,
        },
        ...{ duplicates: 0, failed: 1, deleted: 0 },
        problems: [
          {
            ...{ line: 3, code: 'invalid-relationship' },
            detail: 'must have `DIRECT` or `RESELLER` as its third field',
            text: 'exchange.example, 12345, PARTNER',
          },
        ],
        notes: [],
      },
    ],
  })
export type SellerImportReport = z.infer<typeof sellerImportReport>
