import { z } from 'zod'
import { adStatuses } from './ad.ts'
import { exampleAdvertiser } from './examples-ads.ts'
import { nameInput } from './taxonomy.ts'
import { id, instant } from './text.ts'

/** Whom ads are of. */

const name = nameInput.meta({ examples: ['Scooters & Co'] })

export const advertiserInput = z
  .strictObject({ name })
  .meta({ id: 'NewAdvertiser', examples: [{ name: 'Scooters & Co' }] })
export type AdvertiserInput = z.output<typeof advertiserInput>

export const advertiserPatch = z
  .strictObject({ name: name.optional() })
  .meta({ id: 'AdvertiserPatch', examples: [{ name: 'Scooters & Sons' }] })
export type AdvertiserPatch = z.output<typeof advertiserPatch>

export const managedAdvertiser = z
  .strictObject({
    id,
    name: z.string(),
    status: z
      .enum(adStatuses)
      .describe('While it is `paused`, nothing of it is shown; `pause` and `resume` change it.'),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Advertiser', examples: [exampleAdvertiser as never] })
export type ManagedAdvertiser = z.infer<typeof managedAdvertiser>
