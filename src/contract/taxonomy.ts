import { z } from 'zod'

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
