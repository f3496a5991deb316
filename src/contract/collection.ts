import { z } from 'zod'
import { articleReference } from './article-reference.ts'
import { card } from './delivered-article.ts'
import { slugInput } from './slug.ts'
import { nameInput } from './taxonomy.ts'
import { id, instant } from './text.ts'

/** Lists of articles that editors curate, such as what a front page leads with. */

const mostItems = 500

const key = slugInput
  .describe('What frontends ask for the collection by; of the form of a slug.')
  .meta({ examples: ['front-page'] })
const name = nameInput.meta({ examples: ['Front page'] })
const items = z
  .array(z.strictObject({ articleId: id }))
  .max(mostItems)
  .describe('In the order of delivery; each article once.')

/** What makes a collection, or replaces one. */
export const collectionInput = z.strictObject({ key, name, items: items.default([]) }).meta({
  id: 'NewCollection',
  examples: [
    {
      key: 'front-page',
      name: 'Front page',
      items: [{ articleId: '018ced2a-4000-7000-8000-00000000a001' }],
    },
  ],
})
export type CollectionInput = z.output<typeof collectionInput>

export const collectionPatch = z
  .strictObject({
    key: key.optional(),
    name: name.optional(),
    items: items.nullable().optional().describe('Replaces all items; null empties the collection.'),
  })
  .meta({ id: 'CollectionPatch', examples: [{ name: 'Front page, morning' }] })
export type CollectionPatch = z.output<typeof collectionPatch>

const managedShape = {
  id,
  key: z.string().meta({ examples: ['front-page'] }),
  name: z.string().meta({ examples: ['Front page'] }),
  version: z.int().min(1),
  createdAt: instant,
  updatedAt: instant,
}

/** A collection in the editors' list. */
export const collectionSummary = z
  .strictObject({
    ...managedShape,
    itemCount: z
      .int()
      .min(0)
      .meta({ examples: [1] }),
  })
  .meta({ id: 'CollectionSummary' })
export type CollectionSummary = z.infer<typeof collectionSummary>

/** A collection as editors read it. */
export const managedCollection = z
  .strictObject({
    ...managedShape,
    items: z
      .array(z.strictObject({ articleId: id, article: articleReference }))
      .describe('In order; those whose article is not public are not delivered.'),
  })
  .meta({ id: 'ManagedCollection' })
export type ManagedCollection = z.infer<typeof managedCollection>

/** A collection as the public sees it. */
export const deliveredCollection = z
  .strictObject({
    id,
    key: z.string().meta({ examples: ['front-page'] }),
    name: z.string().meta({ examples: ['Front page'] }),
    data: z.array(card).describe('In the order of the editors; what is not public is left out.'),
  })
  .meta({ id: 'Collection' })
export type DeliveredCollection = z.infer<typeof deliveredCollection>
