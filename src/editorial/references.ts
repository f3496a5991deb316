import type { Fault } from '../contract/errors.ts'
import type { Writer } from '../store/index.ts'

interface References {
  readonly sectionId: string | null
  readonly tagIds: readonly string[]
  readonly authors: readonly { readonly authorId: string }[]
}

/** Every section, tag and author of an article that does not exist. */
export async function findReferenceFaults(
  tx: Writer,
  { sectionId, tagIds, authors }: References,
): Promise<Fault[]> {
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
  return faults
}
