import { stringify } from 'yaml'
import type { DeliveredArticle } from '../contract/delivered-article.ts'

/**
 * A published article, its body in Markdown, as a file with YAML front matter, such as Jekyll, Hugo and their kin have;
 * the importer of Markdown reads it back.
 */
export function markdownFile(article: Omit<DeliveredArticle, 'body'> & { readonly body: string }): string {
  const { section, tags, authors, seo, source, related, corrections, custom } = article
  const members = {
    id: article.id,
    title: article.title,
    slug: article.slug,
    subtitle: article.subtitle,
    excerpt: article.excerpt,
    lang: article.language,
    date: article.publishedAt,
    lastmod: article.updatedAt,
    section: section?.name,
    tags: tags.map(({ name }) => name),
    authors: authors.map(({ name }) => name),
    credit: article.credit,
    canonical_url: seo.canonicalUrl,
    seo: someOf({ title: seo.title, description: seo.description }),
    source: source && someOf(source),
    related: related.map((link) =>
      someOf({
        title: link.title ?? link.article?.title ?? null,
        url: link.url ?? link.article?.url ?? null,
        excerpt: link.excerpt,
      }),
    ),
    corrections: corrections.map(({ at, text }) => ({ date: at, text })),
    custom,
  }
  // Every text on one line of its own: none can look like the end of the front matter.
  const yaml = stringify(someOf(members), {
    defaultKeyType: 'PLAIN',
    defaultStringType: 'QUOTE_DOUBLE',
    doubleQuotedAsJSON: true,
    lineWidth: 0,
  })
  return `---\n${yaml}---\n\n${article.body.trimEnd()}\n`
}

/** The members that say anything; undefined where none does. */
function someOf(members: object): object | undefined {
  const some = Object.entries(members).filter(([, value]) => {
    if (value === null || value === undefined) return false
    return typeof value !== 'object' || Object.keys(value).length > 0
  })
  return some.length === 0 ? undefined : Object.fromEntries(some)
}
