import { type Fault, Problem } from '../contract/errors.ts'
import type { Writer } from '../store/index.ts'

interface References {
  readonly sectionId: string | null
  readonly tagIds: readonly string[]
  readonly authors: readonly { readonly authorId: string }[]
}

/** Throws `invalid-body` naming every section, tag and author that does not exist. */
export async function checkReferences(tx: Writer, { sectionId, tagIds, authors }: References): Promise<void> {
  const authorIds = authors.map((author) => author.authorId)
  const sections = await tx.terms.existing('section', sectionId === null ? [] : [sectionId])
  const tags = await tx.terms.existing('tag', tagIds)
  const people = await tx.terms.existing('author', authorIds)
  const faults: Fault[] = []
  const missing = (pointer: string, what: string) =>
    faults.push({ pointer, code: 'not-found', detail: `there is no such ${what}` })
  if (sectionId !== null && !sections.has(sectionId)) missing('/sectionId', 'section')
  for (const [index, tagId] of tagIds.entries()) if (!tags.has(tagId)) missing(`/tagIds/${index}`, 'tag')
  for (const [index, authorId] of authorIds.entries())
    if (!people.has(authorId)) missing(`/authors/${index}/authorId`, 'author')
  if (faults.length > 0)
    throw new Problem('invalid-body', 'The article names what does not exist.', { errors: faults })
}
