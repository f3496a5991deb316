import { z } from 'zod'
import { adPlaces } from './ad.ts'
import { sizes, sizesInput } from './ad-size.ts'
import { exampleManagedSlot } from './examples-ads.ts'
import { slugInput } from './slug.ts'
import { nameInput } from './taxonomy.ts'
import { filledText, id, instant } from './text.ts'

/** Places on a page that ads are shown in, as those who place ads read and write them. */

const key = slugInput
  .describe('What frontends know the slot by; of the form of a slug.')
  .meta({ examples: ['article-rectangle'] })
const name = nameInput.meta({ examples: ['Rectangle in the article'] })
const place = z.enum(adPlaces).describe('Where on the page it is.')
const afterBlock = z
  .int()
  .min(1)
  .max(1_000)
  .nullable()
  .describe(
    'Of an `in-body` slot, which needs it: after which paragraph it stands. Headings, lists, quotes and what is empty do not count, so that it never parts a heading from its text. An article with fewer paragraphs does not have the slot.',
  )
const maxPlacements = z.int().min(1).max(20).describe('So many ads are shown in it at most.')
const label = filledText(100)
  .describe('What tells readers that this is an ad.')
  .meta({ examples: ['Advertisement'] })

/** What members are when they are not sent, or sent as null in a patch. */
export const slotDefaults = { sizes: [] as string[], maxPlacements: 1, label: 'Advertisement' }

/** What makes a slot, or replaces one. */
export const slotInput = z
  .strictObject({
    key,
    name,
    place,
    afterBlock: afterBlock.default(null),
    sizes: sizesInput.default(slotDefaults.sizes),
    maxPlacements: maxPlacements.default(slotDefaults.maxPlacements),
    label: label.default(slotDefaults.label),
  })
  .meta({
    id: 'NewAdSlot',
    examples: [
      {
        key: 'article-rectangle',
        name: 'Rectangle in the article',
        place: 'in-body',
        afterBlock: 3,
        sizes: ['300x250'],
      },
    ],
  })
export type SlotInput = z.output<typeof slotInput>

/** What changes a slot; null sets what it is when it is not sent. */
export const slotPatch = z
  .strictObject({
    key: key.optional(),
    name: name.optional(),
    place: place.optional(),
    afterBlock: afterBlock.optional(),
    sizes: sizesInput.nullable().optional(),
    maxPlacements: maxPlacements.nullable().optional(),
    label: label.nullable().optional(),
  })
  .meta({ id: 'AdSlotPatch', examples: [{ maxPlacements: 2 }] })
export type SlotPatch = z.output<typeof slotPatch>

export const managedSlot = z
  .strictObject({
    id,
    key: z.string(),
    name: z.string(),
    place: z.enum(adPlaces),
    afterBlock: z.int().nullable(),
    sizes,
    maxPlacements: z.int(),
    label: z.string(),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ManagedAdSlot', examples: [exampleManagedSlot as never] })
export type ManagedSlot = z.infer<typeof managedSlot>
