import { z } from 'zod'
import { actorReference } from './article.ts'
import { type ChangeType, changeTypes } from './change.ts'
import { exampleRevision, exampleSnapshot } from './examples.ts'
import { managedArticle } from './managed-article.ts'
import { relatedLink } from './related-link.ts'
import { id, instant } from './text.ts'

/** What is kept of every version of an article. */

const articleChanges = changeTypes.filter((type): type is ChangeType & `article.${string}` =>
  type.startsWith('article.'),
)

const summaryShape = {
  articleId: id,
  version: z.int().min(1),
  createdAt: instant,
  createdBy: actorReference,
  type: z.enum(articleChanges).describe('What made the version.'),
  pinned: z.boolean().describe('Kept whatever its age.'),
}

/** A version in the list: who made it, when and how. */
export const revisionSummary = z
  .strictObject(summaryShape)
  .meta({ id: 'RevisionSummary', examples: [exampleRevision as never] })
export type RevisionSummary = z.infer<typeof revisionSummary>

const snapshot = managedArticle
  .pick({
    title: true,
    slug: true,
    subtitle: true,
    excerpt: true,
    language: true,
    sectionId: true,
    tagIds: true,
    authors: true,
    credit: true,
    source: true,
    externalIds: true,
    seo: true,
    embargoUntil: true,
    flags: true,
    custom: true,
    body: true,
  })
  .extend({ related: z.array(relatedLink) })
  .meta({
    id: 'ArticleSnapshot',
    description: 'What editors had written by that version, related links included.',
    examples: [exampleSnapshot as never],
  })

/** A version, whole. */
export const revision = z
  .strictObject({ ...summaryShape, snapshot })
  .meta({ id: 'Revision', examples: [{ ...exampleRevision, snapshot: exampleSnapshot } as never] })
export type RevisionView = z.infer<typeof revision>

/** What can be changed of a version. */
export const revisionPatch = z
  .strictObject({ pinned: z.boolean().describe('A pinned version is kept whatever its age.') })
  .meta({ id: 'RevisionPatch', examples: [{ pinned: true }] })
