import { z } from 'zod'
import {
  exampleAccount,
  exampleJsonHeader,
  exampleJsonSeller,
  exampleOwner,
  newAccountExample,
} from './examples-sellers.ts'
import {
  adsFiles,
  adsVariables,
  relationships,
  type SellerEntry,
  type SellerKind,
  sellerTypes,
} from './seller-entry.ts'
import {
  isDomain,
  isField,
  isOneLine,
  isSmallJson,
  longestComment,
  longestCommentAbove,
  longestDomain,
  longestField,
  longestValue,
  mostExtBytes,
} from './seller-text.ts'
import { filledText, id, instant } from './text.ts'

/** Who may sell the publisher's ads, as administrators read and write it: a line of a file each. */

/** One of some words, in any case; it is kept in capitals. */
const wordOf = (words: readonly string[]) =>
  z
    .string()
    .overwrite((word) => word.toUpperCase())
    .refine((word) => words.includes(word), {
      error: `must be one of ${words.map((word) => `\`${word}\``).join(', ')}`,
      params: { code: 'invalid-value' },
    })
    .describe('In any case.')
    .meta({ enum: [...words] })
const invalid = (error: string) => ({ error, params: { code: 'invalid-format' } })
const oneLine = (max: number) =>
  filledText(max)
    .overwrite((value) => value.trim())
    .refine(isOneLine, invalid('must be one line without control characters or overrides of direction'))
const domain = z
  .string()
  .max(longestDomain)
  .refine(isDomain, invalid('must be the name of a domain in ASCII, such as `exchange.example`'))
  .meta({ examples: ['exchange.example'] })
const field = filledText(longestField).refine(
  isField,
  invalid('must have no blank, comma, semicolon, `#` or invisible character: write those percent-encoded'),
)
const withoutMark = (value: string) => !value.includes('#')
const noMark = invalid('must have no `#`, which begins a comment: write it as `%23`')

const files = z
  .array(z.enum(adsFiles))
  .min(1)
  .max(adsFiles.length)
  .refine((given) => new Set(given).size === given.length, invalid('must name each file once'))
  .overwrite((given) => adsFiles.filter((file) => given.includes(file)))
  .describe('The files that it stands in.')
const position = z
  .int()
  .min(1)
  .max(1_000_000_000)
  .describe('The order within a file; of those with one position the older first. At the end when not sent.')
const comment = oneLine(longestComment).describe('What stands behind it, after a `#`; public.')
const commentAbove = filledText(longestCommentAbove)
  .overwrite((value) =>
    value
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .replace(/^\n+|\n+$/g, ''),
  )
  .refine(
    (value) => value.split('\n').every(isOneLine),
    invalid('must be lines that are parted by U+000A alone'),
  )
  .describe('Lines above it, each after a `#`; public.')
const ext = z
  .record(z.string(), z.unknown())
  .refine(isSmallJson, {
    error: `must have at most ${mostExtBytes} bytes as JSON, and be nested at most 20 levels`,
    params: { code: 'too-large' },
  })
  .describe('Extensions, as they are.')
  .meta({ examples: [{ region: 'EU' }] })

const accountMembers = {
  files,
  position,
  domain: domain.describe('The canonical domain of the system that sells.'),
  accountId: field.describe('The account by which it is sold there.'),
  relationship: wordOf(relationships),
  certificationAuthorityId: field.describe('The id of that system with its certification authority.'),
  extension: oneLine(longestValue).refine(withoutMark, noMark).describe('What stands behind a semicolon.'),
  comment,
  commentAbove,
}
const variableMembers = {
  files,
  position,
  variable: wordOf(adsVariables).describe(
    'In any case. A file has one `OWNERDOMAIN`, and one `MANAGERDOMAIN` for each country.',
  ),
  value: oneLine(longestValue)
    .refine(withoutMark, noMark)
    .describe('A domain; of `CONTACT` how somebody is reached.'),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'must be the two letters of a country (ISO 3166-1)')
    .overwrite((value) => value.toUpperCase())
    .describe('Of `MANAGERDOMAIN` alone; null for all countries.')
    .meta({ examples: ['FR'] }),
  comment,
  commentAbove,
}
const sellerMembers = {
  position,
  sellerId: oneLine(longestField).describe('The account by which others know the seller.'),
  sellerType: wordOf(sellerTypes),
  name: oneLine(longestField).describe('Who it is; needed unless it is confidential.'),
  domain: domain.describe('The domain of the seller; needed unless it is confidential.'),
  isConfidential: z.boolean().describe('Neither name nor domain is published.'),
  isPassthrough: z.boolean().describe('The seller alone owns what is sold by the account.'),
  comment: comment.describe('What is published of it besides.'),
  ext,
}
const headerMembers = {
  position,
  contactEmail: oneLine(longestField).meta({ examples: ['adops@news.example'] }),
  contactAddress: oneLine(longestValue),
  identifiers: z
    .array(z.strictObject({ name: oneLine(longestField), value: oneLine(longestField) }))
    .max(20)
    .describe('Ids of the business, such as `TAG-ID`.'),
  ext,
}

/** What members are when they are not sent, or sent as null in a patch. */
export const sellerDefaults = {
  files: ['ads.txt'] as (typeof adsFiles)[number][],
  isConfidential: false,
  isPassthrough: false,
  identifiers: [] as { name: string; value: string }[],
}

/** What makes an entry, or replaces one. */
export const sellerInput = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('account'),
      ...accountMembers,
      files: files.default(sellerDefaults.files),
      position: position.optional(),
      certificationAuthorityId: accountMembers.certificationAuthorityId.nullable().default(null),
      extension: accountMembers.extension.nullable().default(null),
      comment: comment.nullable().default(null),
      commentAbove: commentAbove.nullable().default(null),
    }),
    z.strictObject({
      kind: z.literal('variable'),
      ...variableMembers,
      files: files.default(sellerDefaults.files),
      position: position.optional(),
      country: variableMembers.country.nullable().default(null),
      comment: comment.nullable().default(null),
      commentAbove: commentAbove.nullable().default(null),
    }),
    z.strictObject({
      kind: z.literal('seller'),
      ...sellerMembers,
      position: position.optional(),
      name: sellerMembers.name.nullable().default(null),
      domain: sellerMembers.domain.nullable().default(null),
      isConfidential: sellerMembers.isConfidential.default(sellerDefaults.isConfidential),
      isPassthrough: sellerMembers.isPassthrough.default(sellerDefaults.isPassthrough),
      comment: sellerMembers.comment.nullable().default(null),
      ext: ext.nullable().default(null),
    }),
    z.strictObject({
      kind: z.literal('header'),
      position: position.optional(),
      contactEmail: headerMembers.contactEmail.nullable().default(null),
      contactAddress: headerMembers.contactAddress.nullable().default(null),
      identifiers: headerMembers.identifiers.default(sellerDefaults.identifiers),
      ext: ext.nullable().default(null),
    }),
  ])
  .meta({ id: 'NewSeller', examples: [newAccountExample as never] })
export type SellerInput = z.output<typeof sellerInput>

/** What changes an entry, which stays of its kind; null sets what it is when it is not sent. */
export const sellerPatch = z
  .strictObject({
    files: files.nullable().optional(),
    position: position.optional(),
    domain: domain.nullable().optional(),
    accountId: field.optional(),
    relationship: accountMembers.relationship.optional(),
    certificationAuthorityId: field.nullable().optional(),
    extension: accountMembers.extension.nullable().optional(),
    variable: variableMembers.variable.optional(),
    value: variableMembers.value.optional(),
    country: variableMembers.country.nullable().optional(),
    sellerId: sellerMembers.sellerId.optional(),
    sellerType: sellerMembers.sellerType.optional(),
    name: sellerMembers.name.nullable().optional(),
    isConfidential: sellerMembers.isConfidential.nullable().optional(),
    isPassthrough: sellerMembers.isPassthrough.nullable().optional(),
    contactEmail: headerMembers.contactEmail.nullable().optional(),
    contactAddress: headerMembers.contactAddress.nullable().optional(),
    identifiers: headerMembers.identifiers.nullable().optional(),
    comment: comment.nullable().optional(),
    commentAbove: commentAbove.nullable().optional(),
    ext: ext.nullable().optional(),
  })
  .meta({ id: 'SellerPatch', examples: [{ relationship: 'RESELLER' }] })
export type SellerPatch = z.output<typeof sellerPatch>

/** The members of each kind, but for what all have. */
export const membersOfKind = {
  account: Object.keys(accountMembers),
  variable: Object.keys(variableMembers),
  seller: Object.keys(sellerMembers),
  header: Object.keys(headerMembers),
} as const satisfies Record<SellerKind, readonly string[]>

const kept = { version: z.int().min(1), createdAt: instant, updatedAt: instant }
const filesKept = z.array(z.enum(adsFiles))
const nullableText = z.string().nullable()
const extKept = z.record(z.string(), z.unknown()).nullable()

export const managedSeller = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...{ id, kind: z.literal('account'), files: filesKept, position: z.int(), domain: z.string() },
      ...{
        accountId: z.string(),
        relationship: z.enum(relationships),
        certificationAuthorityId: nullableText,
      },
      ...{ extension: nullableText, comment: nullableText, commentAbove: nullableText, ...kept },
    }),
    z.strictObject({
      ...{ id, kind: z.literal('variable'), files: filesKept, position: z.int() },
      ...{ variable: z.enum(adsVariables), value: z.string(), country: nullableText },
      ...{ comment: nullableText, commentAbove: nullableText, ...kept },
    }),
    z.strictObject({
      ...{ id, kind: z.literal('seller'), position: z.int(), sellerId: z.string() },
      ...{ sellerType: z.enum(sellerTypes), name: nullableText, domain: nullableText },
      ...{
        isConfidential: z.boolean(),
        isPassthrough: z.boolean(),
        comment: nullableText,
        ext: extKept,
        ...kept,
      },
    }),
    z.strictObject({
      ...{ id, kind: z.literal('header'), position: z.int(), contactEmail: nullableText },
      contactAddress: nullableText,
      identifiers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
      ...{ ext: extKept, ...kept },
    }),
  ])
  .meta({
    id: 'Seller',
    examples: [exampleAccount, exampleOwner, exampleJsonSeller, exampleJsonHeader] as never,
  })
export type ManagedSeller = z.infer<typeof managedSeller>

/** The entry that an input is of; where it stands is not a part of it. */
export function entryOf(input: SellerInput): SellerEntry {
  const { files: _files, position: _position, ...entry } = { files: undefined, ...input }
  // Its words were checked.
  return entry as SellerEntry
}
