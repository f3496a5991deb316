import type { Fault } from '../contract/errors.ts'
import type { Writer } from '../store/index.ts'

interface References {
  readonly sectionId: string | null
  readonly tagIds: readonly string[]
  readonly authors: readonly { readonly authorId: string }[]
}

/** Every section, tag and author of an article that does not exist; of several articles those of the first that has any. */
export async function findReferenceFaults(tx: Writer, ...articles: readonly References[]): Promise<Fault[]> {
  const idsOf = (all: (one: References) => readonly string[]) => [...new Set(articles.flatMap(all))]
  const sections = await tx.terms.existing(
    'section',
    idsOf(({ sectionId }) => (sectionId === null ? [] : [sectionId])),
  )
  const tags = await tx.terms.existing(
    'tag',
    idsOf(({ tagIds }) => tagIds),
  )
  const people = await tx.terms.existing(
    'author',
    idsOf(({ authors }) => authors.map(({ authorId }) => authorId)),
  )
  for (const { sectionId, tagIds, authors } of articles) {
    const faults: Fault[] = []
    const missing = (pointer: string, what: string) =>
      faults.push({ pointer, code: 'not-found', detail: `there is no such ${what}` })
    if (sectionId !== null && !sections.has(sectionId)) missing('/sectionId', 'section')
    for (const [index, tagId] of tagIds.entries()) if (!tags.has(tagId)) missing(`/tagIds/${index}`, 'tag')
    for (const [index, { authorId }] of authors.entries())
      if (!people.has(authorId)) missing(`/authors/${index}/authorId`, 'author')
    if (faults.length > 0) return faults
  }
  return []
}
