import type { JsonFeed } from '../contract/json-feed.ts'
import type { Feed, FeedItem } from './feed.ts'

/** The feed as JSON Feed 1.1. */
export function toJsonFeed(feed: Feed): JsonFeed {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.homeUrl,
    feed_url: feed.url,
    language: feed.language,
    authors: [{ name: feed.publisher }],
    items: feed.items.map(toItem),
  }
}

function toItem(item: FeedItem): JsonFeed['items'][number] {
  return {
    id: item.id,
    url: item.url,
    title: item.title,
    ...(item.summary === '' ? {} : { summary: item.summary }),
    // One of the two is required.
    ...(item.html === undefined ? { content_text: item.summary } : { content_html: item.html }),
    date_published: item.publishedAt,
    date_modified: item.modifiedAt,
    ...(item.authors.length > 0 ? { authors: item.authors.map((name) => ({ name })) } : {}),
    ...(item.categories.length > 0 ? { tags: item.categories.map(({ name }) => name) } : {}),
    language: item.language,
  }
}
