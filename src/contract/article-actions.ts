import { z } from 'zod'
import { filledText, instantInput, text } from './text.ts'

/** The body of `publish`. */
export const publishInput = z
  .strictObject({
    at: instantInput
      .optional()
      .describe(
        'In the future it schedules: what the working copy is at that instant goes live. In the past it backdates `publishedAt`, the first time only.',
      ),
    unpublishAt: instantInput
      .nullable()
      .optional()
      .describe('Takes the article back at that instant; null removes such an instant. Absent: it stays.'),
  })
  .meta({
    id: 'PublishRequest',
    examples: [{ at: '2030-01-09T08:00:00.000Z', unpublishAt: '2030-02-09T08:00:00.000Z' }],
  })
export type PublishInput = z.output<typeof publishInput>

/** The body of `kill`. */
export const killInput = z
  .strictObject({
    reason: filledText(1000).describe('Public: readers of the old address are told.'),
    note: text({ max: 10_000 }).optional().describe('Internal: kept in the audit log alone.'),
  })
  .meta({ id: 'KillRequest', examples: [{ reason: 'Withdrawn by the agency.', note: 'Desk call 10:12' }] })
export type KillInput = z.output<typeof killInput>

/** The body of a correction. */
export const correctionInput = z
  .strictObject({ text: filledText(2000) })
  .meta({ id: 'NewCorrection', examples: [{ text: 'An earlier version named the wrong bridge.' }] })
export type CorrectionInput = z.output<typeof correctionInput>
