import { z } from 'zod'
import { adStatuses } from './ad.ts'
import { placementInput } from './ad-placement.ts'
import { slotInput } from './ad-slot.ts'
import { advertiserInput } from './advertiser.ts'
import { collectionInput } from './collection.ts'
import { creativeInput } from './creative.ts'
import { mostVersion } from './export-article.ts'
import { sellerInput } from './seller.ts'
import { slugInput } from './slug.ts'
import { nameInput } from './taxonomy.ts'
import { id, instantInput } from './text.ts'

/** All that a newsroom has beside its articles, as our own archive has it. */

const kept = {
  version: z.int().min(1).max(mostVersion).default(1),
  createdAt: instantInput,
  updatedAt: instantInput,
}

const termShape = { id, slug: slugInput, name: nameInput, ...kept }
const section = z.strictObject({ type: z.literal('section'), ...termShape }).meta({ id: 'ArchivedSection' })
const tag = z.strictObject({ type: z.literal('tag'), ...termShape }).meta({ id: 'ArchivedTag' })
const author = z.strictObject({ type: z.literal('author'), ...termShape }).meta({ id: 'ArchivedAuthor' })
export type ArchivedTerm = z.output<typeof section | typeof tag | typeof author>

const collection = z
  .strictObject({ type: z.literal('collection'), id, ...collectionInput.shape, ...kept })
  .meta({ id: 'ArchivedCollection' })
export type ArchivedCollection = z.output<typeof collection>

const adSlot = z
  .strictObject({ type: z.literal('ad-slot'), id, ...slotInput.shape, ...kept })
  .meta({ id: 'ArchivedAdSlot' })
export type ArchivedAdSlot = z.output<typeof adSlot>

const advertiser = z
  .strictObject({
    type: z.literal('advertiser'),
    id,
    ...advertiserInput.shape,
    status: z.enum(adStatuses),
    ...kept,
  })
  .meta({ id: 'ArchivedAdvertiser' })
export type ArchivedAdvertiser = z.output<typeof advertiser>

const creative = z
  .strictObject({ type: z.literal('creative'), id, ...creativeInput.shape, ...kept })
  .meta({ id: 'ArchivedCreative' })
export type ArchivedCreative = z.output<typeof creative>

const placement = z
  .strictObject({ type: z.literal('ad-placement'), id, ...placementInput.shape, ...kept })
  .meta({ id: 'ArchivedAdPlacement' })
export type ArchivedPlacement = z.output<typeof placement>

const seller = z
  .strictObject({
    type: z.literal('seller'),
    id,
    seller: sellerInput.describe('A line of `ads.txt`, `app-ads.txt` or `sellers.json`.'),
    ...kept,
  })
  .meta({ id: 'ArchivedSeller' })
export type ArchivedSeller = z.output<typeof seller>

/** The lines, by their types. */
export const archivedRecords = {
  section,
  tag,
  author,
  collection,
  'ad-slot': adSlot,
  advertiser,
  creative,
  'ad-placement': placement,
  seller,
} as const
