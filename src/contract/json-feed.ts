import { z } from 'zod'
import { instant } from './text.ts'

/** The members of JSON Feed 1.1 (https://jsonfeed.org/version/1.1) that our feeds have. */

const author = z.strictObject({ name: z.string() })

const item = z.strictObject({
  id: z.string().describe('`urn:uuid:` and the id of the article.'),
  url: z.string(),
  title: z.string(),
  summary: z.string().optional(),
  content_html: z.string().optional(),
  content_text: z.string().optional().describe('The excerpt, where the article is too large for a feed.'),
  date_published: instant,
  date_modified: instant,
  authors: z.array(author).min(1).optional(),
  tags: z.array(z.string()).min(1).optional().describe('The names of the section and of the tags.'),
  language: z.string(),
})

export const jsonFeed = z
  .strictObject({
    version: z.literal('https://jsonfeed.org/version/1.1'),
    title: z.string(),
    home_page_url: z.string(),
    feed_url: z.string(),
    language: z.string(),
    authors: z.array(author).min(1),
    items: z.array(item),
  })
  .meta({
    id: 'JsonFeed',
    examples: [
      {
        version: 'https://jsonfeed.org/version/1.1',
        title: 'The Harbour News',
        home_page_url: 'https://news.example/',
        feed_url: 'https://news.example/feeds/articles.json',
        language: 'en',
        authors: [{ name: 'The Harbour News' }],
        items: [
          {
            id: 'urn:uuid:018ced2a-4000-7000-8000-00000000a001',
            url: 'https://news.example/harbour-bridge-reopens',
            title: 'Harbour bridge reopens',
            summary: 'Traffic is moving again.',
            content_html: '<p>Traffic is moving again.</p>',
            date_published: '2024-01-09T08:00:00.000Z',
            date_modified: '2024-01-09T09:30:00.000Z',
            authors: [{ name: 'Jane Roe' }],
            tags: ['City', 'Transport'],
            language: 'en',
          },
        ],
      },
    ],
  })
export type JsonFeed = z.infer<typeof jsonFeed>
