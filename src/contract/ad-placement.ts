import { z } from 'zod'
import { adPriorities, adScopeTypes, adStatuses } from './ad.ts'
import { examplePlacement } from './examples-ads.ts'
import { id, instant, instantInput } from './text.ts'

/** What is shown where and when, as those who place ads read and write it. */

const scope = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('site') }),
    ...adScopeTypes
      .filter((type) => type !== 'site')
      .map((type) => z.strictObject({ type: z.literal(type), id })),
  ])
  .describe('On which pages: all, those of a section or a tag, or one article.')
/** Members that are left out stay; there is none but `type` once that is `site`. */
const scopePatch = z
  .strictObject({ type: z.enum(adScopeTypes).optional(), id: id.nullable().optional() })
  .describe('Merged member by member. Where `type` becomes `site`, there is no `id` any more.')
const slotId = id.meta({ examples: ['018ced2a-4000-7000-8000-00000000f201'] })
const creativeId = id.meta({ examples: ['018ced2a-4000-7000-8000-00000000f101'] })
const position = z.int().min(1).max(1_000).describe('The order within a slot, among those of one priority.')
const startsAt = instantInput.nullable().describe('When it begins; null for at once.')
const endsAt = instantInput
  .nullable()
  .describe('When it ends, itself left out; null for never.')
  .meta({ examples: ['2024-01-16T08:00:00.000Z'] })
const priority = z
  .enum(adPriorities)
  .describe('The strongest first; `house` takes what is left, and alone is shown on sensitive articles.')
const weight = z
  .int()
  .min(1)
  .max(1_000_000)
  .describe(
    'How often it is chosen, beside the weights of the others of its priority in the slot; in an article’s own list what goes first among those of one position.',
  )
const goal = z
  .strictObject({ impressions: z.int().min(1).max(1_000_000_000_000) })
  .nullable()
  .describe(
    'What was sold. Once it was shown so often it is shown no more; with `endsAt` it is spread evenly until then: whenever more of it was shown than is planned by that time, it is held back until the plan has come as far, and others take its place.',
  )
const status = z.enum(adStatuses).describe('A `paused` one is not shown.')

/** What members are when they are not sent, or sent as null in a patch. */
export const placementDefaults = { position: 1, priority: 'standard', weight: 1, status: 'active' } as const

/** What makes a placement, or replaces one. */
export const placementInput = z
  .strictObject({
    slotId,
    creativeId,
    position: position.default(placementDefaults.position),
    scope,
    startsAt: startsAt.default(null),
    endsAt: endsAt.default(null),
    priority: priority.default(placementDefaults.priority),
    weight: weight.default(placementDefaults.weight),
    goal: goal.default(null),
    status: status.default(placementDefaults.status),
  })
  .meta({
    id: 'NewAdPlacement',
    examples: [
      {
        slotId: '018ced2a-4000-7000-8000-00000000f201',
        creativeId: '018ced2a-4000-7000-8000-00000000f101',
        scope: { type: 'section', id: '018ced2a-4000-7000-8000-00000000b001' },
        startsAt: '2024-01-09T08:00:00.000Z',
        endsAt: '2024-01-16T08:00:00.000Z',
      },
    ],
  })
export type PlacementInput = z.output<typeof placementInput>

/** What changes a placement; null sets what it is when it is not sent. */
export const placementPatch = z
  .strictObject({
    slotId: slotId.optional(),
    creativeId: creativeId.optional(),
    position: position.nullable().optional(),
    scope: scopePatch.optional(),
    startsAt: startsAt.optional(),
    endsAt: endsAt.optional(),
    priority: priority.nullable().optional(),
    weight: weight.nullable().optional(),
    goal: goal.optional(),
    status: status.nullable().optional(),
  })
  .meta({ id: 'AdPlacementPatch', examples: [{ status: 'paused' }] })
export type PlacementPatch = z.output<typeof placementPatch>

export const managedPlacement = z
  .strictObject({
    id,
    slotId: id,
    creativeId: id,
    position: z.int(),
    scope: z.strictObject({ type: z.enum(adScopeTypes), id: id.optional() }),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    priority: z.enum(adPriorities),
    weight: z.int(),
    goal: z.strictObject({ impressions: z.int() }).nullable(),
    status: z.enum(adStatuses),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ManagedAdPlacement', examples: [examplePlacement as never] })
export type ManagedPlacement = z.infer<typeof managedPlacement>
