import { z } from 'zod'
import type { GoneReason } from './article.ts'
import { type ChangeType, type SubjectType, subjectTypes } from './change.ts'
import { goneReasons } from './resolution.ts'
import { id, instant } from './text.ts'

/** What the public is told of changes: whoever keeps a copy of what is public can keep it right by them. */

/** The kinds of changes that the public may be told of; no other ever gets a number of the public sequence. */
export const publicChangeTypes = [
  'article.published',
  'article.corrected',
  'article.unpublished',
  'article.killed',
  'section.created',
  'section.updated',
  'section.deleted',
  'tag.updated',
  'author.updated',
  'collection.created',
  'collection.updated',
  'collection.deleted',
  'article.ads-paused',
  'article.ads-resumed',
  'ad-slot.created',
  'ad-slot.updated',
  'ad-slot.deleted',
  'advertiser.paused',
  'advertiser.resumed',
  'creative.created',
  'creative.updated',
  'ad-placement.created',
  'ad-placement.updated',
  'ad-placement.opened',
  'ad-placement.closed',
  'ad-placement.deleted',
  'seller.created',
  'seller.updated',
  'seller.deleted',
  'seller-file.imported',
] as const satisfies readonly ChangeType[]
export type PublicChangeType = (typeof publicChangeTypes)[number]

export function isPublicChangeType(type: ChangeType): type is PublicChangeType {
  return (publicChangeTypes as readonly ChangeType[]).includes(type)
}

/** Why an article is gone after a change of this type; undefined when it is not. */
export function goneReasonAfter(type: PublicChangeType): GoneReason | undefined {
  if (type === 'article.unpublished') return 'unpublished'
  return type === 'article.killed' ? 'killed' : undefined
}

const publicSubjectTypes = subjectTypes.filter((subject) =>
  publicChangeTypes.some((type) => type.startsWith(`${subject}.`)),
) as [SubjectType, ...SubjectType[]]

export const exampleChange = {
  seq: 4711,
  type: 'article.killed',
  at: '2024-01-09T11:20:00.000Z',
  subject: {
    type: 'article',
    id: '018ced2a-4000-7000-8000-00000000a001',
    slug: 'harbour-bridge-reopens',
  },
  reason: 'killed',
} as const

export const publicChange = z
  .strictObject({
    seq: z.int().min(1).describe('Its number. They count up by one, without gaps.'),
    type: z.enum(publicChangeTypes),
    at: instant.describe('When. Never earlier than that of the change before.'),
    subject: z.strictObject({
      type: z.enum(publicSubjectTypes),
      id,
      slug: z
        .string()
        .nullable()
        .describe(
          'The public slug since then, of a collection or an ad slot the key, of a file of sellers its name; of what is gone the last one. Null where there is none.',
        ),
    }),
    reason: z
      .enum(goneReasons)
      .optional()
      .describe('Why the article is gone; absent when it is not. The answer 410 of the article tells more.'),
  })
  .meta({ id: 'Change', examples: [exampleChange] })
export type PublicChange = z.infer<typeof publicChange>

/** The number of a public change as it is sent: a whole number, 0 for before the first. */
const changeNumber = z
  .string()
  .refine((value) => /^(?:0|[1-9]\d{0,14})$/.test(value), {
    error: 'must be the number of a change, or 0',
    params: { code: 'invalid-format' },
  })
  .transform(Number)
  .meta({ type: 'integer', minimum: 0, examples: [4710] })

export const sinceParameter = changeNumber
  .optional()
  .describe('The number of a change, which is itself left out; 0 for all of them.')

export const lastEventIdHeader = z.object({
  'last-event-id': z
    .union([z.literal('').transform(() => undefined), changeNumber])
    .optional()
    .describe(
      'The `id` of the last event that was received: what came after it is sent first. It goes before `since`. Browsers send it by themselves when a connection was cut.',
    )
    .meta({ type: 'integer', minimum: 0, anyOf: undefined, examples: [4710] }),
})

/** Why a client of the stream has to begin again. */
export const resetReasons = ['too-old', 'ahead'] as const

/** What `reset` says. */
export interface ChangeReset {
  readonly reason: (typeof resetReasons)[number]
  /** The number of the newest change: what comes after it follows. */
  readonly newest: number
}
