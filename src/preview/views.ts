import { deriveExcerpt } from '../body/excerpt.ts'
import { countWords, readingTimeMinutes } from '../body/measure.ts'
import type { PreviewedArticle } from '../contract/preview.ts'
import type { BodyWriter } from '../delivery/body-writer.ts'
import { adsView, articleView, type ViewContext } from '../delivery/views.ts'
import type { Preview } from '../store/preview.ts'

/** A working copy as delivery would show it. What was never published has no instants of it. */
export function previewView(
  preview: Preview,
  writeBody: BodyWriter | undefined,
  context: ViewContext,
): PreviewedArticle {
  const { article, section, tags, authors, related, slots, adCandidates } = preview
  const { content, id, version, updatedAt, corrections, publishedAt, firstPublishedAt } = article
  const wordCount = countWords(content.body)
  const shown = articleView(
    {
      id,
      version,
      slug: content.slug,
      title: content.title,
      subtitle: content.subtitle,
      excerpt: content.excerpt ?? deriveExcerpt(content.body),
      language: content.language,
      section,
      tags,
      authors,
      credit: content.credit,
      source: content.source,
      seo: content.seo,
      custom: { ...content.custom },
      corrections,
      body: content.body,
      publishedAt: publishedAt ?? updatedAt,
      firstPublishedAt: firstPublishedAt ?? updatedAt,
      updatedAt,
      wordCount,
      readingTimeMinutes: readingTimeMinutes(wordCount),
      related,
    },
    adsView(
      { id, version, body: content.body, sensitive: content.flags.sensitive, slots, adCandidates },
      context.clock(),
      context,
    ),
    writeBody,
    context,
  )
  return { ...shown, publishedAt, firstPublishedAt }
}
