import { z } from 'zod'
import { exampleSlot } from './examples.ts'

/** In the order in which a page shows them. */
export const adPlaces = [
  'top',
  'before-body',
  'in-body',
  'after-body',
  'after-related',
  'sidebar',
  'bottom',
] as const
export type AdPlace = (typeof adPlaces)[number]

export const adScopeTypes = ['site', 'section', 'tag', 'article'] as const
export type AdScopeType = (typeof adScopeTypes)[number]

/** From the strongest to the one that fills what is left. */
export const adPriorities = ['sponsorship', 'standard', 'house'] as const
export type AdPriority = (typeof adPriorities)[number]

export const creativeFormats = ['text', 'html', 'native'] as const
export type CreativeFormat = (typeof creativeFormats)[number]

export const adStatuses = ['active', 'paused'] as const
export type AdStatus = (typeof adStatuses)[number]
export interface AdGoal {
  readonly impressions: number
}

/** What a reader's page needs of a creative. `html` is for a sandboxed iframe only. */
export const deliveredCreative = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    format: z.enum(creativeFormats),
    clickUrl: z.string().nullable(),
    html: z.string().nullable().describe('For a sandboxed iframe only.'),
    sizes: z.array(z.string()).describe('IAB sizes such as `300x250`.'),
    rel: z.literal('sponsored noopener').describe('The `rel` that a link to `clickUrl` must carry.'),
  })
  .meta({ id: 'Creative' })

export const deliveredPlacement = z
  .strictObject({
    id: z.string(),
    position: z.int().min(1),
    token: z
      .string()
      .describe('Proves to the counter that this placement was delivered; valid for 48 hours.'),
    creative: deliveredCreative,
  })
  .meta({ id: 'AdPlacement' })

export type DeliveredPlacement = z.infer<typeof deliveredPlacement>

export const deliveredSlot = z
  .strictObject({
    slot: z.string().describe('The key of the slot.'),
    label: z.string().describe('What tells the reader that this is an ad.'),
    anchor: z.strictObject({
      place: z.enum(adPlaces),
      afterKey: z
        .string()
        .optional()
        .describe('The `_key` of the block that the slot follows; for `in-body`.'),
    }),
    placements: z.array(deliveredPlacement),
  })
  .meta({
    id: 'AdSlot',
    description: 'A slot with what to show in it; slots with nothing to show are absent.',
    examples: [exampleSlot as never],
  })

export type DeliveredSlot = z.infer<typeof deliveredSlot>
