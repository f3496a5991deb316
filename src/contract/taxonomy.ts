import { z } from 'zod'
import { slugInput } from './slug.ts'
import { id, instant, nameText } from './text.ts'

const reference = { id: z.string(), slug: z.string(), name: z.string() }

export const termReference = z.strictObject(reference).meta({ id: 'TermReference' })
export type TermReference = z.infer<typeof termReference>

export const authorReference = z
  .strictObject({
    ...reference,
    role: z.string().nullable().describe('What this person did for the article.'),
  })
  .meta({ id: 'AuthorReference' })
export type AuthorReference = z.infer<typeof authorReference>

/** A section, tag or author in delivery. */
export const deliveredTerm = z
  .strictObject({ ...reference, articleCount: z.int().min(0).describe('Published articles.') })
  .meta({
    id: 'Term',
    description: 'A section, tag or author.',
    examples: [{ id: '018ced2a-4000-7000-8000-00000000b001', slug: 'city', name: 'City', articleCount: 12 }],
  })
export type DeliveredTerm = z.infer<typeof deliveredTerm>

export type TermKind = 'section' | 'tag' | 'author'

/** What people call a section, tag, author or list. */
export const nameInput = nameText({ max: 200, example: 'Transport' })

/** What makes a section, tag or author, or replaces one. */
export const termInput = z
  .strictObject({
    name: nameInput,
    slug: slugInput.optional().describe('Derived from the name when absent.'),
  })
  .meta({ id: 'NewTerm', examples: [{ name: 'Transport' }] })
export type TermInput = z.output<typeof termInput>

export const termPatch = z
  .strictObject({
    name: nameInput.optional(),
    slug: slugInput.nullable().optional().describe('Null derives it from the name again.'),
  })
  .meta({ id: 'TermPatch', examples: [{ name: 'Public transport' }] })
export type TermPatch = z.output<typeof termPatch>

/** A section, tag or author as editors read it. */
export const managedTerm = z
  .strictObject({
    id,
    slug: z.string(),
    name: z.string(),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({
    id: 'ManagedTerm',
    examples: [
      {
        id: '018ced2a-4000-7000-8000-00000000c001',
        slug: 'transport',
        name: 'Transport',
        version: 1,
        createdAt: '2024-01-09T08:00:00.000Z',
        updatedAt: '2024-01-09T08:00:00.000Z',
      },
    ],
  })
export type ManagedTerm = z.infer<typeof managedTerm>
