import type { ArticleInput } from '../../src/contract/article.ts'
import type { Actor } from '../../src/contract/permissions.ts'
import type { RelatedLinksInput } from '../../src/contract/related-link.ts'
import { createArticle, patchArticle } from '../../src/editorial/articles.ts'
import { correctArticle } from '../../src/editorial/corrections.ts'
import { replacePlacements } from '../../src/editorial/page-placements.ts'
import { publishArticle } from '../../src/editorial/publishing.ts'
import { replaceRelatedLinks } from '../../src/editorial/related-links.ts'
import { killArticle, unpublishArticle } from '../../src/editorial/withdrawing.ts'
import type { Writer } from '../../src/store/index.ts'
import type { Deed, PlannedContent, PlannedLink } from './plan.ts'

/** The ids of what the plan has by number and by name. */
export interface Ids {
  /** By the number of the article; new ones are added. */
  readonly articles: string[]
  /** By kind and slug, as in `section world`. */
  readonly terms: Readonly<Record<string, string>>
}

/** The content as it is sent, with ids. */
export function inputOf(
  { section, tags, authors, ...content }: PlannedContent,
  { terms }: Ids,
): ArticleInput {
  return {
    ...content,
    custom: { ...content.custom },
    sectionId: section === null ? null : (terms[`section ${section}`] ?? null),
    tagIds: tags.map((slug) => terms[`tag ${slug}`] ?? ''),
    authors: authors.map(({ slug, role }) => ({ authorId: terms[`author ${slug}`] ?? '', role })),
  }
}

/** The links as they are sent, with ids. */
export function linksOf(links: readonly PlannedLink[], { articles }: Ids): RelatedLinksInput {
  return {
    links: links.map(({ kind, target, url, title, excerpt }) => ({
      kind,
      articleId: target === null ? null : (articles[target] ?? null),
      url,
      title,
      excerpt,
    })),
  }
}

const settings = { siteLanguage: 'en' }

/** Does to an article what was planned, by the program's own editorial verbs. */
export async function carryOut(
  tx: Writer,
  actor: Actor,
  ids: Ids,
  number: number,
  deed: Deed,
): Promise<void> {
  const id = ids.articles[number] ?? ''
  switch (deed.what) {
    case 'create':
      ids.articles[number] = (await createArticle(tx, actor, inputOf(deed.content, ids), settings)).id
      return
    case 'relate':
      await replaceRelatedLinks(tx, actor, id, 'any', linksOf(deed.links, ids))
      return
    case 'publish':
      await publishArticle(tx, actor, id, 'any', deed.at === null ? {} : { at: deed.at })
      return
    case 'patch':
      await patchArticle(tx, actor, id, 'any', { subtitle: deed.subtitle }, settings)
      return
    case 'correct':
      await correctArticle(tx, actor, id, 'any', { text: deed.text })
      return
    case 'unpublish':
      await unpublishArticle(tx, actor, id, 'any')
      return
    case 'kill':
      await killArticle(tx, actor, id, 'any', { reason: deed.reason })
      return
    case 'advertise':
      await replacePlacements(tx, id, deed.placements, [], { actor, visibility: 'public' })
      return
  }
}
