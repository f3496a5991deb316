/** The kinds of entries in the change log: `noun.past`. */
export const changeTypes = [
  'article.created',
  'article.updated',
  'article.submitted',
  'article.approved',
  'article.rejected',
  'article.scheduled',
  'article.unscheduled',
  'article.schedule-blocked',
  'article.published',
  'article.corrected',
  'article.killed',
  'article.revived',
  'article.unpublished',
  'article.trashed',
  'article.restored',
  'article.purged',
  'revision.pinned',
  'revision.unpinned',
  'section.created',
  'section.updated',
  'section.deleted',
  'tag.created',
  'tag.updated',
  'tag.deleted',
  'author.created',
  'author.updated',
  'author.deleted',
  'collection.created',
  'collection.updated',
  'collection.deleted',
  'ad-slot.created',
  'creative.created',
  'ad-placement.created',
  'ad-placement.deleted',
  'preview-token.created',
  'preview-token.revoked',
  'token.created',
  'token.updated',
  'token.rotated',
  'token.revoked',
] as const
export type ChangeType = (typeof changeTypes)[number]

/** What a change is about. `slug` is the public one at that moment, where there is one. */
export interface ChangeSubject {
  readonly type:
    | 'article'
    | 'section'
    | 'tag'
    | 'author'
    | 'collection'
    | 'ad-slot'
    | 'creative'
    | 'ad-placement'
    | 'preview-token'
    | 'token'
  readonly id: string
  readonly slug: string | null
}
