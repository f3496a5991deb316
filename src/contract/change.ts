import { z } from 'zod'
import type { GoneReason } from './article.ts'
import { id } from './text.ts'

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
  'article.ads-paused',
  'article.ads-resumed',
  'ad-slot.created',
  'ad-slot.updated',
  'ad-slot.deleted',
  'advertiser.created',
  'advertiser.updated',
  'advertiser.paused',
  'advertiser.resumed',
  'advertiser.deleted',
  'creative.created',
  'creative.updated',
  'creative.deleted',
  'ad-placement.created',
  'ad-placement.updated',
  'ad-placement.opened',
  'ad-placement.closed',
  'ad-placement.deleted',
  'seller.created',
  'seller.updated',
  'seller.deleted',
  'seller-file.imported',
  'preview-token.created',
  'preview-token.revoked',
  'token.created',
  'token.updated',
  'token.rotated',
  'token.revoked',
] as const
export type ChangeType = (typeof changeTypes)[number]

/** What a change can be about. */
export const subjectTypes = [
  'article',
  'section',
  'tag',
  'author',
  'collection',
  'ad-slot',
  'advertiser',
  'creative',
  'ad-placement',
  'seller',
  'seller-file',
  'preview-token',
  'token',
] as const
export type SubjectType = (typeof subjectTypes)[number]

/** What a change is about. `slug` is the public one at that moment, where there is one. */
export interface ChangeSubject {
  readonly type: SubjectType
  readonly id: string
  readonly slug: string | null
}

/** The kinds of changes that are about such a thing: those of its name, and of an article those of its versions. */
export function changeTypesAbout(subject: SubjectType): ChangeType[] {
  return changeTypes.filter((type) => {
    const [noun] = type.split('.')
    return (noun === 'revision' ? 'article' : noun) === subject
  })
}

/** What a change tells beside the members that it changed. Only what is named here ever leaves the log. */
export const changeDetails = z
  .strictObject({
    name: z.string().optional().describe('What the subject is called, where it has a name.'),
    articleId: id.optional().describe('Of a preview token: the article that it opens.'),
    publicReason: z.string().optional().describe('Of a kill: what readers are told.'),
    note: z.string().nullable().optional().describe('Of a kill: what editors are told.'),
    text: z.string().optional().describe('Of a correction: its text.'),
    restoredVersion: z.int().min(1).optional().describe('The version that was made the working copy again.'),
    duplicateOf: id.optional().describe('The article that this one is a copy of.'),
    imported: z.string().optional().describe('The format that it was imported from.'),
    carriedOutBy: z
      .literal('schedule')
      .optional()
      .describe('That the actor had planned it: the program did it when its instant came.'),
  })
  .meta({ id: 'EventDetails' })
export type ChangeDetails = Readonly<z.infer<typeof changeDetails>>

/** What the change log keeps of a change beside who, what and when. */
export interface ChangePayload extends ChangeDetails {
  /** The version that it made; of a revision that was pinned, which one. */
  readonly version?: number
  /** Why the public is told that it is gone. */
  readonly reason?: GoneReason
  /** The members that changed, as they were; null where there was nothing before. */
  readonly before?: LoggedMembers | null
  /** The same members as they are; null where nothing is left. */
  readonly after?: LoggedMembers | null
}

/** Members by name, as the change log has them. */
export type LoggedMembers = Readonly<Record<string, unknown>>
