import { z } from 'zod'
import { relatedKinds } from './related-link.ts'
import { instant } from './text.ts'

/** The members of IPTC ninjs 3.1 that an article has. Its schema is closed: nothing may be added. */

const said = (roles: readonly [string, ...string[]]) =>
  z.strictObject({
    role: z.enum(roles),
    contentType: z.literal('text/plain').optional(),
    value: z.string(),
  })

const rendition = z.strictObject({
  name: z.enum(['web', 'main']),
  href: z.string(),
  contentType: z.literal('text/html').optional(),
  width: z.int().optional(),
  height: z.int().optional(),
})

const relatedText = z.strictObject({
  name: z.string().describe('`related-1` and so on, in order.'),
  rel: z.enum(relatedKinds),
  uri: z.string().describe('`urn:uuid:` and the id of the article, or of the link where it points at none.'),
  type: z.literal('text'),
  representationType: z.literal('partial'),
  language: z.string().optional(),
  headlines: z.array(said(['main'])),
  descriptions: z.array(said(['summary'])).optional(),
  renditions: z.array(rendition).optional(),
})

const picture = z.strictObject({
  name: z.string().describe('`picture-1` and so on, in the order of the body.'),
  rel: z.literal('picture'),
  uri: z.string(),
  type: z.literal('picture'),
  representationType: z.literal('full'),
  by: z.string().optional(),
  descriptions: z.array(said(['alt', 'caption'])).optional(),
  renditions: z.array(rendition),
})

export const ninjsItem = z
  .strictObject({
    standard: z.strictObject({
      name: z.literal('ninjs'),
      version: z.literal('3.1'),
      schema: z.literal('http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json'),
    }),
    uri: z.string().describe('`urn:uuid:` and the id of the article.'),
    type: z.literal('text'),
    representationType: z.literal('full'),
    version: z.string(),
    firstCreated: instant.describe('When this system first published it.'),
    contentCreated: instant.describe('When it was published, which an editor may have backdated.'),
    versionCreated: instant.describe('The last publish or correction.'),
    pubStatus: z.literal('usable'),
    language: z.string(),
    slugline: z.string(),
    by: z.string().optional(),
    headlines: z.array(said(['main', 'subtitle'])),
    descriptions: z
      .array(said(['summary', 'correction']))
      .optional()
      .describe('The excerpt and the corrections.'),
    bodies: z.array(
      z.strictObject({
        role: z.literal('main'),
        contentType: z.enum(['text/html', 'text/plain']),
        charCount: z.int().describe('Characters of the text, without markup.'),
        wordCount: z.int(),
        value: z.string(),
      }),
    ),
    subjects: z
      .array(
        z.strictObject({
          name: z.string(),
          rel: z.enum(['section', 'tag']),
          uri: z.string(),
          literal: z.string(),
        }),
      )
      .optional(),
    infoSources: z
      .array(
        z.strictObject({
          name: z.string(),
          role: z
            .string()
            .describe('What an author did, else `author`; `credit`; `source` for the first publisher.'),
          uri: z.string().optional(),
          literal: z.string().optional(),
        }),
      )
      .optional(),
    renditions: z.array(rendition).optional().describe('Its page, when the operator has set `PUBLIC_URL`.'),
    associations: z
      .array(z.union([relatedText, picture]))
      .optional()
      .describe('Related links, then the pictures of the body.'),
  })
  .meta({
    id: 'NinjsItem',
    description: 'A text item of IPTC ninjs 3.1.',
    examples: [
      {
        standard: {
          name: 'ninjs',
          version: '3.1',
          schema: 'http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json',
        },
        uri: 'urn:uuid:018ced2a-4000-7000-8000-00000000a001',
        type: 'text',
        representationType: 'full',
        version: '3',
        firstCreated: '2024-01-09T08:00:00.000Z',
        contentCreated: '2024-01-09T08:00:00.000Z',
        versionCreated: '2024-01-09T09:30:00.000Z',
        pubStatus: 'usable',
        language: 'en',
        slugline: 'harbour-bridge-reopens',
        by: 'Jane Roe',
        headlines: [{ role: 'main', value: 'Harbour bridge reopens' }],
        descriptions: [{ role: 'summary', contentType: 'text/plain', value: 'Traffic is moving again.' }],
        bodies: [
          {
            role: 'main',
            contentType: 'text/html',
            charCount: 24,
            wordCount: 4,
            value: '<p>Traffic is moving again.</p>',
          },
        ],
        subjects: [
          {
            name: 'City',
            rel: 'section',
            uri: 'urn:uuid:018ced2a-4000-7000-8000-00000000b001',
            literal: 'city',
          },
        ],
        infoSources: [
          {
            name: 'Jane Roe',
            role: 'reporter',
            uri: 'urn:uuid:018ced2a-4000-7000-8000-00000000d001',
            literal: 'jane-roe',
          },
        ],
        renditions: [
          { name: 'web', href: 'https://news.example/harbour-bridge-reopens', contentType: 'text/html' },
        ],
      },
    ],
  })
export type NinjsItem = z.infer<typeof ninjsItem>
