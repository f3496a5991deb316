import { z } from 'zod'
import { actorReference } from './article.ts'
import { changeDetails, changeTypes, type SubjectType, subjectTypes } from './change.ts'
import { exampleEvent } from './examples.ts'
import { id, instant } from './text.ts'

/** The audit log: who did what when, and what it was before and after. */

const termMembers = ['name', 'slug'] as const

/**
 * What the log tells of each kind of thing, by the names that the management API has for it. What is not named here
 * is never written down: no secret, no hash of one.
 */
export const loggedMembers = {
  article: [
    'status',
    'title',
    'slug',
    'subtitle',
    'excerpt',
    'language',
    'sectionId',
    'tagIds',
    'authors',
    'credit',
    'source',
    'externalIds',
    'seo',
    'embargoUntil',
    'flags',
    'custom',
    'body',
    'related',
    'publishedVersion',
    'firstPublishedAt',
    'publishedAt',
    'scheduledAt',
    'unpublishAt',
    'scheduleProblem',
    'corrections',
    'trashedAt',
    // Of a version.
    'pinned',
  ],
  section: termMembers,
  tag: termMembers,
  author: termMembers,
  collection: ['key', 'name', 'items'],
  'ad-slot': ['key', 'name', 'place', 'afterBlock', 'sizes', 'maxPlacements', 'label'],
  creative: ['title', 'format', 'clickUrl', 'html', 'sizes', 'exclusionLabels'],
  'ad-placement': [
    'slotId',
    'creativeId',
    'position',
    'scope',
    'startsAt',
    'endsAt',
    'priority',
    'weight',
    'goal',
    'status',
  ],
  'preview-token': ['articleId', 'expiresAt', 'revokedAt'],
  token: ['name', 'role', 'permissions', 'expiresAt', 'previousSecretExpiresAt', 'revokedAt'],
} as const satisfies Record<SubjectType, readonly string[]>

/** A value whose JSON has more bytes is not kept whole; the list of a collection, which has no versions, is. */
export const mostLoggedBytes = 4_096

/** Of so many links of an article the log tells, at most. */
export const mostLoggedLinks = 20

const members = z.record(z.string(), z.unknown())

/** One entry of the audit log. */
export const event = z
  .strictObject({
    id: z.int().min(1).describe('Counts up with every change; numbers may be left out.'),
    type: z.enum(changeTypes),
    at: instant,
    actor: actorReference.describe(
      'Whose token it was, by the name and role that it had then. `tokenId` is null for `ADMIN_TOKEN` and for the program itself (`system`: the command line, imports, upkeep).',
    ),
    subject: z.strictObject({ type: z.enum(subjectTypes), id, slug: z.string().nullable() }),
    version: z
      .int()
      .min(1)
      .nullable()
      .describe(
        'The version that the change made; of `revision.pinned` and `.unpinned`, the one that it is about.',
      ),
    before: members
      .nullable()
      .describe(
        'The members that changed, as they were. Null when it was made by this change, or when that was not kept.',
      ),
    after: members
      .nullable()
      .describe('The same members as they are since. Null when it was deleted, or when that was not kept.'),
    details: changeDetails,
  })
  .meta({ id: 'Event', examples: [exampleEvent as never] })
export type EventView = z.infer<typeof event>
