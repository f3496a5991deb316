import { z } from 'zod'
import { id, instant } from './text.ts'

export const importStatuses = ['waiting', 'running', 'completed', 'failed'] as const
export type ImportStatus = (typeof importStatuses)[number]

/** The formats that can be imported, by the names that they are asked for. */
export const importFormats = [
  'page',
  'html',
  'markdown',
  'wordpress',
  'ghost',
  'feed',
  'ninjs',
  'ndjson',
] as const
export type ImportFormat = (typeof importFormats)[number]

/** An import that is not over and of which nobody said anything for so long has lost its process, in milliseconds. */
export const mostSilentMs = 60_000
export const lostReason =
  'The process that carried it out ended; send it again, and nothing is imported twice.'
/** So long an import can be looked at after its end, in milliseconds. */
export const importKeptMs = 30 * 86_400_000

/** So many problems of an import are kept; the rest is counted. */
export const mostProblems = 1_000

export interface ImportOptions {
  /** Null where it is told by the content. */
  readonly format: ImportFormat | null
  /** What the source is called; empty where nobody said. */
  readonly name: string
  readonly publish: boolean
  readonly dryRun: boolean
  readonly baseUrl: string | null
}

const count = z.int().min(0)
const countShape = {
  created: count,
  updated: count,
  unchanged: count,
  skipped: count.describe('What is no article, such as a menu or a file of a media library.'),
  failed: count,
}
export type ImportCounts = { readonly [Name in keyof typeof countShape]: number }
export const noCounts: ImportCounts = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 }

const problem = z
  .strictObject({
    kind: z
      .enum(['failed', 'skipped', 'loss', 'withheld'])
      .describe(
        '`failed`: not imported. `skipped`: no article. `loss`: imported but for this. `withheld`: not published because of this.',
      ),
    place: z.string().describe('Where in the source: `item 12`, `line 3`; empty where that is one article.'),
    articleId: id.nullable(),
    title: z.string().nullable(),
    reason: z.string(),
  })
  .meta({ id: 'ImportProblem' })
export type ImportProblem = z.infer<typeof problem>

const example = {
  id: '018ced2a-4000-7000-8000-00000000f001',
  status: 'completed',
  format: 'wordpress',
  publish: true,
  dryRun: false,
  processed: 3,
  ...{ created: 1, updated: 0, unchanged: 0, skipped: 1, failed: 1 },
  problems: [
    {
      kind: 'failed',
      place: 'item 3',
      articleId: null,
      title: null,
      reason: 'the XML is not well-formed: unclosed tag: title',
    },
  ],
  problemCount: 1,
  reason: null,
  createdAt: '2024-01-09T08:00:00.000Z',
  updatedAt: '2024-01-09T08:00:02.000Z',
  finishedAt: '2024-01-09T08:00:02.000Z',
} as const

/** An import as it is polled. */
export const importJob = z
  .strictObject({
    id,
    status: z.enum(importStatuses),
    format: z.enum(importFormats).nullable().describe('Null where it is told by the content.'),
    publish: z.boolean(),
    dryRun: z.boolean(),
    processed: count,
    ...countShape,
    problems: z
      .array(problem)
      .describe(`What failed, was left out or could not be carried over: the first ${mostProblems}.`),
    problemCount: count.describe('All of them.'),
    reason: z.string().nullable().describe('Why it failed as a whole.'),
    createdAt: instant,
    updatedAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Import', examples: [example as never] })
export type ImportJobView = z.infer<typeof importJob>
