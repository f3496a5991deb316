import { type Feed, type FeedItem, feedModifiedAt } from './feed.ts'
import { type XmlElement, xmlDocument } from './xml.ts'

/** The feed as Atom (RFC 4287). */
export function toAtom(feed: Feed): string {
  return xmlDocument({
    feed: {
      '@xmlns': 'http://www.w3.org/2005/Atom',
      '@xml:lang': feed.language,
      id: feed.url,
      title: feed.title,
      updated: feedModifiedAt(feed),
      // What entries without authors inherit.
      author: { name: feed.publisher },
      link: [
        { '@rel': 'self', '@type': 'application/atom+xml', '@href': feed.url },
        { '@rel': 'alternate', '@type': 'text/html', '@href': feed.homeUrl },
      ],
      entry: feed.items.map(toEntry),
    },
  })
}

function toEntry(item: FeedItem): XmlElement {
  return {
    '@xml:lang': item.language,
    id: item.id,
    title: item.title,
    published: item.publishedAt,
    updated: item.modifiedAt,
    link: { '@rel': 'alternate', '@type': 'text/html', '@href': item.url },
    author: item.authors.map((name) => ({ name })),
    category: item.categories.map(({ slug, name }) => ({ '@term': slug, '@label': name })),
    summary: item.summary === '' ? undefined : item.summary,
    content: item.html === undefined ? undefined : { '@type': 'html', '#text': item.html },
  }
}
