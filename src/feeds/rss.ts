import { escapeText } from 'entities'
import { type Feed, type FeedItem, feedModifiedAt } from './feed.ts'
import { type XmlElement, xmlDocument } from './xml.ts'

/** The feed as RSS 2.0, with the modules that readers know: Atom for its own address, Dublin Core, and content. */
export function toRss(feed: Feed): string {
  return xmlDocument({
    rss: {
      '@version': '2.0',
      '@xmlns:atom': 'http://www.w3.org/2005/Atom',
      '@xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
      '@xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      channel: {
        title: feed.title,
        link: feed.homeUrl,
        // Required, and there is nothing to say that the title does not.
        description: feed.title,
        language: feed.language,
        lastBuildDate: rfc822(feedModifiedAt(feed)),
        'atom:link': { '@href': feed.url, '@rel': 'self', '@type': 'application/rss+xml' },
        item: feed.items.map(toItem),
      },
    },
  })
}

function toItem(item: FeedItem): XmlElement {
  return {
    title: item.title,
    link: item.url,
    guid: { '@isPermaLink': 'false', '#text': item.id },
    pubDate: rfc822(item.publishedAt),
    // `author` is an e-mail address, and the public is given none.
    'dc:creator': item.authors,
    'dc:language': item.language,
    category: item.categories.map(({ name }) => name),
    // Readers take it for HTML.
    description: escapeText(item.summary),
    'content:encoded': item.html,
    'atom:updated': item.modifiedAt,
  }
}

/** A date of RFC 822 with four digits for the year, as RSS asks. */
function rfc822(instant: string): string {
  return new Date(instant).toUTCString()
}
