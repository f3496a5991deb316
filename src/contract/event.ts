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
  advertiser: ['name', 'status'],
  creative: ['advertiserId', 'title', 'format', 'clickUrl', 'html', 'sizes', 'exclusionLabels'],
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
  seller: [
    'kind',
    'files',
    'position',
    'domain',
    'accountId',
    'relationship',
    'certificationAuthorityId',
    'extension',
    'variable',
    'value',
    'country',
    'sellerId',
    'sellerType',
    'name',
    'isConfidential',
    'isPassthrough',
    'contactEmail',
    'contactAddress',
    'identifiers',
    'comment',
    'commentAbove',
    'ext',
  ],
  // An import: its numbers, and the entries that it changed where they are few.
  'seller-file': ['mode', 'created', 'updated', 'deleted', 'entries'],
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

const membersTold = Object.entries(loggedMembers)
  .map(([subject, names]) => `${subject}: ${names.map((name) => `\`${name}\``).join(', ')}`)
  .join('; ')

/** What the description of the API says of the list. */
export const eventsDescription = `Everything that was changed, by whatever way; entries are never changed and stay when their subject is deleted. \`before\` and \`after\` have the members that the change made different, by the names that the management API has for them; of what was made or deleted, those that are not empty. No secret is ever among them. They are, ${membersTold}.

What is large stands there in short. A \`body\` is \`{ "version", "blocks", "words", "sha256" }\`, the hash being that of its JSON; what differs is at \`/articles/{id}/diff?from=&to=\` with the versions of both sides, while they are kept. \`related\` is \`{ "count", "links", "omitted"? }\` with the links that are not the same on the other side, ${mostLoggedLinks} at most and no more than fit into ${mostLoggedBytes} bytes, excerpts cut to 200 characters. Any other value of over ${mostLoggedBytes} bytes as JSON is \`{ "bytes", "sha256" }\`, but for the \`items\` of a collection, which are always whole.

**Export**: with \`Accept: application/x-ndjson\` the answer is everything that the filters choose, an event a line; with \`Accept: text/csv\` a row each, where texts that a spreadsheet would take for a formula have an apostrophe in front, and \`before\`, \`after\` and \`details\` are JSON. It has no pages, so \`limit\`, \`cursor\` and \`count\` are refused. An answer that breaks off is not whole: its last chunk is missing.`
