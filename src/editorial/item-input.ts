import { v7 as newId } from 'uuid'
import type { ArticleInput } from '../contract/article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { ImportedItem, NamedTerm } from '../importers/item.ts'
import type { Writer } from '../store/index.ts'
import type { SiteSettings } from './content.ts'
import { takeTerms } from './import-terms.ts'

export interface ItemImport extends SiteSettings {
  readonly actor: Actor
  /** Whether what the source calls published is to be public. */
  readonly publish: boolean
  /** Ids of sections, tags and authors that are there, by kind and slug; those that are found or made come in. */
  readonly terms: Map<string, string>
}

/** What an editor would send, of what the source says. */
export async function inputOf(
  tx: Writer,
  item: ImportedItem,
  { actor, terms }: Pick<ItemImport, 'actor' | 'terms'>,
): Promise<ArticleInput> {
  const take = (kind: TermKind, named: readonly NamedTerm[]) =>
    takeTerms(tx, { actor, kind, known: terms }, named)
  const [sectionId] = await take('section', item.section === undefined ? [] : [item.section])
  const tagIds = await take('tag', item.tags ?? [])
  const authorIds = await take('author', item.authors ?? [])
  const { embargoUntil, canonicalUrl, seo } = item
  const hasSeo = (canonicalUrl ?? seo?.title ?? seo?.description) !== undefined
  return {
    title: item.title,
    subtitle: item.subtitle,
    excerpt: item.excerpt,
    language: item.language,
    body: [...item.body],
    sectionId,
    // What the source does not say may have been said by an editor.
    tagIds: tagIds.length === 0 ? undefined : tagIds,
    authors: authorIds.length === 0 ? undefined : authorIds.map((authorId) => ({ authorId, role: null })),
    credit: item.credit,
    source: item.source,
    externalIds: item.externalIds === undefined ? undefined : { ...item.externalIds },
    seo: hasSeo
      ? {
          title: seo?.title ?? null,
          description: seo?.description ?? null,
          canonicalUrl: canonicalUrl ?? null,
        }
      : undefined,
    embargoUntil: embargoUntil !== undefined && embargoUntil > tx.now ? embargoUntil : undefined,
    flags: item.flags === undefined ? undefined : { ...item.flags },
    custom: item.custom === undefined ? undefined : { ...item.custom },
  }
}

/** The links of the item, in order; one that was there before, by its title and URL, keeps its id. */
export function linksOf({ related = [] }: ImportedItem, previous: readonly RelatedLink[]): RelatedLink[] {
  const unused = [...previous]
  return related.map(({ title, url, excerpt }, index) => {
    const same = unused.findIndex(
      (link) => link.title === title && (link.url === url || link.articleId !== null),
    )
    const [kept] = same === -1 ? [] : unused.splice(same, 1)
    const articleId = kept?.articleId ?? null
    return {
      id: kept?.id ?? newId(),
      kind: kept?.kind ?? 'related',
      position: index + 1,
      title,
      excerpt,
      url: articleId === null ? url : null,
      articleId,
    }
  })
}
