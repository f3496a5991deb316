import type { NewsArticle } from '../contract/json-ld.ts'
import { type FormattedArticle, type FormattedImage, modifiedAt, type Publisher } from './article.ts'
import { present, someOf } from './members.ts'
import { toUri, urnOf } from './uri.ts'

/**
 * The article as schema.org describes one, as Google reads it: authors one object each, with their name alone. What it
 * has no value for is left out, and nothing is made up.
 */
export function toNewsArticle(article: FormattedArticle, publisher: Publisher): NewsArticle {
  const url = article.url ?? undefined
  const { canonicalUrl, description } = article.seo
  return {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    '@id': urnOf(article.id),
    identifier: article.id,
    ...present({ url, mainEntityOfPage: canonicalUrl === null ? url : toUri(canonicalUrl) }),
    headline: article.title,
    ...present({ alternativeHeadline: article.subtitle, description: description ?? article.excerpt }),
    inLanguage: article.language,
    datePublished: article.publishedAt,
    dateModified: modifiedAt(article),
    ...present({
      author: someOf(article.authors.map(({ name }) => ({ '@type': 'Person' as const, name }))),
      creditText: article.credit,
      publisher: publisher.name && organization(publisher.name, publisher.url),
      image: someOf(article.images.map(imageObject)),
      articleSection: article.section?.name,
      keywords: someOf(article.tags.map(({ name }) => name)),
    }),
    wordCount: article.wordCount,
    timeRequired: `PT${article.readingTimeMinutes}M`,
    // Whatever is delivered, is delivered to everybody.
    isAccessibleForFree: true,
    ...present({
      isBasedOn: originOf(article.source),
      citation: someOf(
        article.related
          .filter(({ kind }) => kind === 'source')
          .map((link) => ({
            '@type': 'CreativeWork' as const,
            name: link.title,
            ...present({ url: link.url && toUri(link.url) }),
          })),
      ),
      correction: someOf(
        article.corrections.map(({ at, text }) => ({
          '@type': 'CorrectionComment' as const,
          text,
          datePublished: at,
        })),
      ),
    }),
  }
}

function originOf(source: FormattedArticle['source']): NewsArticle['isBasedOn'] {
  if (!source?.url && !source?.name) return undefined
  return {
    '@type': 'CreativeWork',
    ...present({
      url: source.url && toUri(source.url),
      publisher: source.name ? organization(source.name, undefined) : undefined,
    }),
  }
}

function organization(name: string, url: string | undefined): NonNullable<NewsArticle['publisher']> {
  return { '@type': 'Organization', name, ...present({ url }) }
}

function imageObject({ alt, ...image }: FormattedImage): NonNullable<NewsArticle['image']>[number] {
  return {
    '@type': 'ImageObject',
    url: image.url,
    ...present({
      description: alt,
      caption: image.caption,
      creditText: image.credit,
      width: image.width,
      height: image.height,
    }),
  }
}
