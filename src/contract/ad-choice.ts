import { z } from 'zod'
import { deliveredPlacement, deliveredSlot } from './ad.ts'
import { actorReference, languageTag } from './article.ts'
import { exampleSlot } from './examples.ts'
import { exampleExplainedSlot } from './examples-ads.ts'
import { multiValued, slugPattern } from './filter.ts'
import { slugInput } from './slug.ts'
import { id, instant } from './text.ts'

/** What ads pages show and why: what is asked, and what is answered. */

/** So long those that are over are told of. */
export const explainedDays = 30

const previewed = {
  ...exampleSlot,
  placements: exampleSlot.placements.map(({ token: _, ...placement }) => placement),
}

/** It could not be shown here now, whatever else there is. */
export const unfitReasons = [
  'article-forbids-ads',
  'article-ads-paused',
  'slot-without-place',
  'paused',
  'advertiser-paused',
  'not-started',
  'ended',
  'goal-reached',
  'ahead-of-goal',
  'no-common-size',
  'article-sensitive',
] as const

/** It could be shown, and others are. */
export const outdoneReasons = ['competitor-shown', 'slot-full'] as const

export const lossReasons = [...unfitReasons, ...outdoneReasons] as const
export type UnfitReason = (typeof unfitReasons)[number]
export type LossReason = (typeof lossReasons)[number]

export const describedReasons =
  '`article-forbids-ads`: its editors allow no ads; `article-ads-paused`: all its ads are paused; `article-sensitive`: only `house` is shown there; `slot-without-place`: the article has fewer paragraphs; `paused`, `advertiser-paused`, `not-started`, `ended`: as it says; `goal-reached`: it was shown as often as was sold; `ahead-of-goal`: more of it was shown than is planned by now; `no-common-size`: the slot takes no size that the creative has; `competitor-shown`: an ad with one of its exclusion labels is on the page; `slot-full`: stronger ones, or those before it, took all places. Null: it is shown.'

export const explainedSlot = z
  .strictObject({
    slot: z.string().describe('The key of the slot.'),
    chosen: z.array(id).describe('The placements that are shown, in order.'),
    candidates: z
      .array(
        z.strictObject({
          placementId: id,
          eligible: z.boolean().describe('Whether it could be shown here now, were there no others.'),
          reason: z.enum(lossReasons).nullable().describe(describedReasons),
        }),
      )
      .describe(
        `The placements in the slot whose scope covers the page; of those that are over, what ended in the last ${explainedDays} days.`,
      ),
  })
  .meta({ id: 'ExplainedAdSlot', examples: [exampleExplainedSlot as never] })
export type ExplainedSlot = z.infer<typeof explainedSlot>

const pageLanguage = languageTag
  .optional()
  .describe('The language of the page (BCP 47). No ad has one yet, so that it makes no difference.')
  .meta({ examples: ['en'] })

/** What a page is, whose ads are asked for. */
export const decisionsInput = z
  .strictObject({
    slots: z
      .array(slugInput.meta({ examples: ['after-body'] }))
      .min(1)
      .max(20)
      .refine((keys) => new Set(keys).size === keys.length, {
        error: 'must name each slot once',
        params: { code: 'duplicate' },
      })
      .describe('Keys of slots.'),
    articleId: id
      .optional()
      .describe('A published article: its section, its tags and what its editors allow count.'),
    section: slugInput
      .optional()
      .describe('The slug of a section.')
      .meta({ examples: ['city'] }),
    tags: z
      .array(slugInput.meta({ examples: ['transport'] }))
      .max(100)
      .optional()
      .describe('Slugs of tags.'),
    language: pageLanguage,
  })
  .meta({ id: 'AdPage', examples: [{ slots: ['after-body'], section: 'city', tags: ['transport'] }] })
export type DecisionsInput = z.output<typeof decisionsInput>

export const decisions = z
  .strictObject({
    slots: z
      .array(
        z.strictObject({
          slot: z.string().describe('The key of the slot.'),
          placements: z.array(deliveredPlacement),
        }),
      )
      .describe('In the order in which they were asked for.'),
  })
  .meta({
    id: 'AdDecisions',
    examples: [{ slots: [{ slot: exampleSlot.slot, placements: exampleSlot.placements }] } as never],
  })

/** What to show in a slot of a page that is no article. */
export const slotPlacements = z
  .strictObject({
    slot: z.string().describe('The key of the slot.'),
    label: z.string().describe('What tells the reader that this is an ad.'),
    data: z.array(deliveredPlacement).describe('In order; empty when there is nothing to show.'),
  })
  .meta({
    id: 'AdSlotPlacements',
    examples: [{ slot: exampleSlot.slot, label: exampleSlot.label, data: exampleSlot.placements } as never],
  })

/** What is known of a page that is no article, in the query of a request. */
export const pageParameters = {
  section: slugInput
    .optional()
    .describe('The slug of a section; an unknown one has no ads of its own.')
    .meta({ examples: ['city'] }),
  tag: multiValued(slugPattern, 'slugs')
    .describe('Slugs of tags; commas and repetition make no difference.')
    .meta({ examples: ['transport'] }),
  language: pageLanguage,
}

/** A slot with its ads as it would be delivered, but for their tokens. */
const previewedSlot = deliveredSlot
  .omit({ placements: true })
  .extend({ placements: z.array(deliveredPlacement.omit({ token: true })) })
  .meta({ id: 'PreviewedAdSlot', examples: [previewed as never] })

/** What a page would show at an instant, and why. */
export const adPreview = z
  .strictObject({
    articleId: id.nullable(),
    adsPaused: z.boolean().describe('Whether all ads of the article are paused.'),
    at: instant.describe('The instant that it is about.'),
    ads: z.array(previewedSlot).describe('As they would be delivered, without tokens.'),
    slots: z.array(explainedSlot).describe('Every slot, with what became of each candidate.'),
  })
  .meta({
    id: 'AdPreview',
    examples: [
      {
        articleId: '018ced2a-4000-7000-8000-00000000a001',
        ...{ adsPaused: false, at: '2024-01-09T08:00:00.000Z' },
        ...{ ads: [previewed], slots: [exampleExplainedSlot] },
      } as never,
    ],
  })
export type AdPreview = z.infer<typeof adPreview>

/** Whether the ads of an article are paused. */
export const adPause = z
  .strictObject({
    articleId: id,
    adsPaused: z.boolean(),
    pausedAt: instant.nullable(),
    pausedBy: actorReference.nullable(),
  })
  .meta({
    id: 'AdPause',
    examples: [
      {
        articleId: '018ced2a-4000-7000-8000-00000000a001',
        ...{ adsPaused: true, pausedAt: '2024-01-09T08:00:00.000Z' },
        pausedBy: { tokenId: '018ced2a-4000-7000-8000-00000000a101', name: 'ads desk', role: 'ads' },
      },
    ],
  })
