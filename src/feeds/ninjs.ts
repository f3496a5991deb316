import type { NinjsItem } from '../contract/ninjs.ts'
import { countCharacters } from '../contract/text.ts'
import { type FormattedArticle, type FormattedImage, modifiedAt } from './article.ts'
import { present, someOf } from './members.ts'
import { toUri, urnOf } from './uri.ts'

type Association = NonNullable<NinjsItem['associations']>[number]

/** The article as IPTC ninjs 3.1 has one: a text item, its related links and pictures beside it. */
export function toNinjs(article: FormattedArticle): NinjsItem {
  const measure = { charCount: countCharacters(article.text), wordCount: article.wordCount }
  return {
    standard: {
      name: 'ninjs',
      version: '3.1',
      schema: 'http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json',
    },
    uri: urnOf(article.id),
    type: 'text',
    representationType: 'full',
    version: String(article.version),
    firstCreated: article.firstPublishedAt,
    contentCreated: article.publishedAt,
    versionCreated: modifiedAt(article),
    pubStatus: 'usable',
    language: article.language,
    slugline: article.slug,
    ...present({ by: article.authors.map(({ name }) => name).join(', ') }),
    headlines: [
      { role: 'main', value: article.title },
      ...(article.subtitle ? [{ role: 'subtitle' as const, value: article.subtitle }] : []),
    ],
    ...present({
      descriptions: someOf([
        ...plainTexts('summary', article.excerpt),
        ...article.corrections.flatMap(({ text }) => plainTexts('correction', text)),
      ]),
    }),
    bodies: [
      { role: 'main', contentType: 'text/html', ...measure, value: article.html },
      { role: 'main', contentType: 'text/plain', ...measure, value: article.text },
    ],
    ...present({
      subjects: someOf(subjectsOf(article)),
      infoSources: someOf(infoSourcesOf(article)),
      renditions: pageAt(article.url),
      associations: someOf([...article.related.map(relatedText), ...article.images.map(picture)]),
    }),
  }
}

function plainTexts<Role extends string>(role: Role, value: string | null | undefined) {
  return value ? [{ role, contentType: 'text/plain' as const, value }] : []
}

function subjectsOf({ section, tags }: FormattedArticle): NonNullable<NinjsItem['subjects']> {
  const terms = [
    ...(section ? [{ ...section, rel: 'section' as const }] : []),
    ...tags.map((tag) => ({ ...tag, rel: 'tag' as const })),
  ]
  return terms.map(({ id, slug, name, rel }) => ({ name, rel, uri: urnOf(id), literal: slug }))
}

function infoSourcesOf(article: FormattedArticle): NonNullable<NinjsItem['infoSources']> {
  const { authors, credit, source } = article
  const sourceName = source?.name || (source?.url ? new URL(source.url).host : undefined)
  return [
    ...authors.map(({ id, slug, name, role }) => ({
      name,
      role: role || 'author',
      uri: urnOf(id),
      literal: slug,
    })),
    ...(credit ? [{ name: credit, role: 'credit' }] : []),
    ...(sourceName
      ? [{ name: sourceName, role: 'source', ...present({ uri: source?.url && toUri(source.url) }) }]
      : []),
  ]
}

function pageAt(url: string | null): NinjsItem['renditions'] {
  return url === null ? undefined : [{ name: 'web', href: url, contentType: 'text/html' }]
}

function relatedText(link: FormattedArticle['related'][number]): Association {
  const { article } = link
  return {
    name: `related-${link.position}`,
    rel: link.kind,
    uri: urnOf(article?.id ?? link.id),
    type: 'text',
    representationType: 'partial',
    ...present({ language: article?.language }),
    headlines: [{ role: 'main', value: link.title }],
    ...present({
      descriptions: someOf(plainTexts('summary', link.excerpt)),
      // What is at an address elsewhere is not known.
      renditions: article
        ? pageAt(link.url)
        : link.url === null
          ? undefined
          : [{ name: 'web' as const, href: toUri(link.url) }],
    }),
  }
}

function picture(image: FormattedImage, index: number): Association {
  return {
    name: `picture-${index + 1}`,
    rel: 'picture',
    uri: image.url,
    type: 'picture',
    representationType: 'full',
    ...present({
      by: image.credit,
      descriptions: someOf([...plainTexts('alt', image.alt), ...plainTexts('caption', image.caption)]),
    }),
    renditions: [{ name: 'main', href: image.url, ...present({ width: image.width, height: image.height }) }],
  }
}
