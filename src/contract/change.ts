/** The kinds of entries in the change log: `noun.past`. */
export const changeTypes = [
  'article.created',
  'article.updated',
  'article.published',
  'article.unpublished',
  'section.created',
  'section.updated',
  'section.deleted',
  'tag.created',
  'tag.updated',
  'tag.deleted',
  'author.created',
  'author.updated',
  'author.deleted',
  'ad-slot.created',
  'creative.created',
  'ad-placement.created',
  'ad-placement.deleted',
  'token.created',
] as const
export type ChangeType = (typeof changeTypes)[number]

/** What a change is about. `slug` is the public one at that moment, where there is one. */
export interface ChangeSubject {
  readonly type: 'article' | 'section' | 'tag' | 'author' | 'ad-slot' | 'creative' | 'ad-placement' | 'token'
  readonly id: string
  readonly slug: string | null
}
