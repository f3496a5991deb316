import { z } from 'zod'
import { instant } from './text.ts'

/** The properties of schema.org's `NewsArticle` that an article has; those that it has nothing for are left out. */

const organization = z.strictObject({
  '@type': z.literal('Organization'),
  name: z.string(),
  url: z.string().optional(),
})

export const newsArticle = z
  .strictObject({
    '@context': z.literal('https://schema.org'),
    '@type': z.literal('NewsArticle'),
    '@id': z.string().describe('`urn:uuid:` and the id of the article.'),
    identifier: z.string(),
    url: z.string().optional().describe('Absent when the operator has set no `PUBLIC_URL`.'),
    mainEntityOfPage: z
      .string()
      .optional()
      .describe('The canonical URL that the editor gave, else the same as `url`.'),
    headline: z.string(),
    alternativeHeadline: z.string().optional(),
    description: z.string().optional(),
    inLanguage: z.string(),
    datePublished: instant,
    dateModified: instant.describe('The last publish or correction.'),
    author: z
      .array(z.strictObject({ '@type': z.literal('Person'), name: z.string() }))
      .min(1)
      .optional(),
    creditText: z.string().optional(),
    publisher: organization.optional().describe('Absent when the operator has set no `SITE_NAME`.'),
    image: z
      .array(
        z.strictObject({
          '@type': z.literal('ImageObject'),
          url: z.string(),
          description: z.string().optional(),
          caption: z.string().optional(),
          creditText: z.string().optional(),
          width: z.int().optional(),
          height: z.int().optional(),
        }),
      )
      .min(1)
      .optional()
      .describe('The images of the body.'),
    articleSection: z.string().optional(),
    keywords: z.array(z.string()).min(1).optional(),
    wordCount: z.int().min(0),
    timeRequired: z.string().describe('How long it takes to read, as an ISO 8601 duration.'),
    isAccessibleForFree: z.literal(true),
    isBasedOn: z
      .strictObject({
        '@type': z.literal('CreativeWork'),
        url: z.string().optional(),
        publisher: organization.optional(),
      })
      .optional()
      .describe('Where the article was first published, if elsewhere.'),
    citation: z
      .array(
        z.strictObject({ '@type': z.literal('CreativeWork'), name: z.string(), url: z.string().optional() }),
      )
      .min(1)
      .optional()
      .describe('The related links that are sources.'),
    correction: z
      .array(
        z.strictObject({
          '@type': z.literal('CorrectionComment'),
          text: z.string(),
          datePublished: instant,
        }),
      )
      .min(1)
      .optional(),
  })
  .meta({
    id: 'NewsArticle',
    description: 'A `NewsArticle` of schema.org, as JSON-LD.',
    examples: [
      {
        '@context': 'https://schema.org',
        '@type': 'NewsArticle',
        '@id': 'urn:uuid:018ced2a-4000-7000-8000-00000000a001',
        identifier: '018ced2a-4000-7000-8000-00000000a001',
        url: 'https://news.example/harbour-bridge-reopens',
        mainEntityOfPage: 'https://news.example/harbour-bridge-reopens',
        headline: 'Harbour bridge reopens',
        description: 'Traffic is moving again.',
        inLanguage: 'en',
        datePublished: '2024-01-09T08:00:00.000Z',
        dateModified: '2024-01-09T09:30:00.000Z',
        author: [{ '@type': 'Person', name: 'Jane Roe' }],
        publisher: { '@type': 'Organization', name: 'The Harbour News', url: 'https://news.example/' },
        articleSection: 'City',
        keywords: ['Transport'],
        wordCount: 4,
        timeRequired: 'PT1M',
        isAccessibleForFree: true,
        correction: [
          {
            '@type': 'CorrectionComment',
            text: 'An earlier version named the wrong bridge.',
            datePublished: '2024-01-09T09:30:00.000Z',
          },
        ],
      },
    ],
  })
export type NewsArticle = z.infer<typeof newsArticle>
