import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { slugsOf } from '../contract/filter.ts'
import { jsonFeed } from '../contract/json-feed.ts'
import { toAtom } from '../feeds/atom.ts'
import { exampleAtom, exampleRss } from '../feeds/examples.ts'
import { toJsonFeed } from '../feeds/json-feed.ts'
import { toRss } from '../feeds/rss.ts'
import type { PublicReader } from '../store/index.ts'
import type { Answering } from './answering.ts'
import { type FeedContent, feedView } from './feed-views.ts'
import { addressed, type Site } from './site.ts'

interface FeedOptions {
  readonly answering: Answering
  readonly site: Site
}

/** Enough for a reader that looks once an hour, and little enough to be sent whole. */
const itemsOfFeed = 30
/** The largest body of an item, in characters of its JSON: real articles have a tenth. */
const maxBodyCharacters = 262_144

const xml = (example: string) => z.string().meta({ examples: [example] })

const formats = [
  {
    name: 'rss',
    title: 'RSS 2.0',
    operationId: 'getRssFeed',
    contentType: 'application/rss+xml; charset=utf-8',
    media: { 'application/rss+xml': { schema: xml(exampleRss) } },
    render: toRss,
  },
  {
    name: 'atom',
    title: 'Atom (RFC 4287)',
    operationId: 'getAtomFeed',
    contentType: 'application/atom+xml; charset=utf-8',
    media: { 'application/atom+xml': { schema: xml(exampleAtom) } },
    render: toAtom,
  },
  {
    name: 'json',
    title: 'JSON Feed 1.1',
    operationId: 'getJsonFeed',
    contentType: 'application/feed+json',
    media: { 'application/feed+json': { schema: jsonFeed } },
    render: toJsonFeed,
  },
] as const

const parameters = z.strictObject({ section: slugsOf('sections'), tag: slugsOf('tags') })
type Filter = z.output<typeof parameters>

/** The newest articles of the site, of sections and of tags, for feed readers. */
export const deliverFeeds: FastifyPluginAsyncZod<FeedOptions> = async (app, { answering, site }) => {
  for (const { name, title, operationId, contentType, media, render } of formats) {
    const path = `/feeds/articles.${name}`
    app.get(
      path,
      {
        schema: {
          operationId,
          tags: ['Delivery'],
          summary: `Read the newest articles as ${title}`,
          description: `The ${itemsOfFeed} newest articles, whole; one whose body is larger than ${maxBodyCharacters} characters as JSON with its excerpt alone. Items are named by \`urn:uuid:\` and the id of their article, for ever. A filter with commas is any of its values; repeated, all of them.`,
          querystring: parameters,
          response: { 200: { description: 'OK', content: media } },
        },
        config: { errors: ['public-url-unset'] },
      },
      async (request, reply) => {
        const { query } = request
        const place = addressed(site)
        return answering(request, reply, async (published) => {
          const found = await readFeed(published, query)
          return {
            answer: () => render(feedView(found, path + queryOf(query), place)),
            contentType,
            cacheTags: ['list:articles', ...found.cards.map(({ id }) => `article:${id}`)],
          }
        })
      },
    )
  }
}

/** What the feed of a filter is made of; seven queries, however many articles there are. */
async function readFeed(published: PublicReader, { section, tag }: Filter): Promise<FeedContent> {
  const { items: cards } = await published.listCards({ section, tag, limit: itemsOfFeed })
  const ids = cards.map(({ id }) => id)
  return {
    cards,
    contents: await published.findContents(ids, maxBodyCharacters),
    names: [
      ...(await published.findTermNames('section', section?.flat() ?? [])),
      ...(await published.findTermNames('tag', tag?.flat() ?? [])),
    ],
  }
}

/** The query by which a feed is known, the same however it was written. */
function queryOf(filter: Filter): string {
  const pairs = Object.entries(filter).flatMap(([name, groups]) =>
    (groups ?? []).map((values) => `${name}=${values.map(encodeURIComponent).join(',')}`),
  )
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}
