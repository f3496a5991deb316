import { createHash } from 'node:crypto'
import { v7 as newId } from 'uuid'
import type { ArticleInput } from '../contract/article.ts'
import { oldPathOf } from '../contract/old-path.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { slugOf } from '../contract/slug.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { ImportedItem, NamedTerm } from '../importers/item.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { asDraft } from './articles.ts'
import { contentOf, type SiteSettings } from './content.ts'
import type { ImportResult, Withheld } from './import-page.ts'
import { takeTerms } from './import-terms.ts'
import { recordImported, updateImported } from './imported-version.ts'
import { asPublished, makePublic, publishArticle } from './publishing.ts'
import { takeSlug } from './slugs.ts'

export interface ItemImport extends SiteSettings {
  readonly actor: Actor
  /** Whether what the source calls published is to be public. */
  readonly publish: boolean
  /** Ids of sections, tags and authors that are there, by kind and slug; those that are found or made come in. */
  readonly terms: Map<string, string>
}

/**
 * Brings an item in, whole, as one write: the article with its links and old paths, and the sections, tags and authors
 * that it names. The same item again changes nothing, whatever editors did to the article since; a changed one becomes a
 * new version. What an editor put into the trash or killed is left alone, and nothing is published that the source does
 * not show to everybody, or that an editor took back, planned or put under embargo.
 */
export async function importItem(tx: Writer, item: ImportedItem, options: ItemImport): Promise<ImportResult> {
  const { system, id: externalId } = item.identity
  const sourceHash = hashOfItem(item)
  const known = await tx.importSources.find(system, externalId)
  const previous = known && (await tx.articles.find(known.articleId))
  const withheld = options.publish ? withheldFrom(item, previous, tx.now) : null
  const goesPublic = options.publish && withheld === null
  if (previous) {
    const same = { outcome: 'unchanged', articleId: previous.id, slug: previous.content.slug } as const
    if (previous.trashedAt !== null) return { ...same, withheld: 'trashed' }
    if (previous.status === 'killed') return { ...same, withheld: 'killed' }
    if (known.sourceHash === sourceHash) {
      if (!goesPublic || previous.publishedVersion !== null) return { ...same, withheld }
      await publishArticle(tx, options.actor, previous.id, 'any', {})
      return { ...same, outcome: 'updated', withheld }
    }
  }
  const settings = { ...options, publish: goesPublic }
  const article = previous
    ? await updateFromItem(tx, previous, item, settings)
    : await createFromItem(tx, item, settings)
  const { id: articleId } = article
  await tx.together([
    tx.importSources.put({ system, externalId, articleId, sourceHash, placementIds: [], importedAt: tx.now }),
    ...(item.oldPaths ?? []).flatMap((path) => {
      const kept = oldPathOf(path)
      return kept === undefined ? [] : [tx.oldPaths.remember(kept, articleId)]
    }),
  ])
  return { outcome: previous ? 'updated' : 'created', articleId, slug: article.content.slug, withheld }
}

/** What could not be carried over is no part of what was read. */
function hashOfItem({ losses: _losses, ...item }: ImportedItem): string {
  return createHash('sha256').update(JSON.stringify(item)).digest('hex')
}

/** Why an item is not to be public now; null when nothing stands against it. */
function withheldFrom(item: ImportedItem, previous: StoredArticle | undefined, now: string): Withheld | null {
  if (item.status !== 'published') return item.status
  if (item.publishedAt !== undefined && item.publishedAt > now) return 'scheduled'
  if (item.embargoUntil !== undefined && item.embargoUntil > now) return 'embargoed'
  if (previous === undefined) return null
  const { status, content } = previous
  if (status === 'unpublished' || status === 'killed' || status === 'scheduled') return status
  return content.embargoUntil !== null && content.embargoUntil > now ? 'embargoed' : null
}

/** What an editor would send, of what the source says. */
async function inputOf(
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

async function createFromItem(
  tx: Writer,
  item: ImportedItem,
  { publish, actor, terms, siteLanguage }: ItemImport,
): Promise<StoredArticle> {
  const id = newId()
  const related = linksOf(item, [])
  const input = await inputOf(tx, item, { actor, terms })
  const { slug, taking } = await takeSlug(tx, { title: slugSourceOf(item) }, id)
  const content = { ...contentOf(input, { siteLanguage }), slug }
  const past = (instant: string | undefined) =>
    instant !== undefined && instant <= tx.now ? instant : undefined
  const publishedAt = item.status === 'published' ? (past(item.publishedAt) ?? null) : null
  const draft: StoredArticle = {
    ...asDraft(tx, actor, { id, content, related }),
    createdAt: past(item.createdAt) ?? past(item.publishedAt) ?? tx.now,
    publishedAt,
  }
  const article = publish ? asPublished({ ...draft, firstPublishedAt: publishedAt }, tx.now) : draft
  await tx.together([
    taking,
    tx.articles.insert(article),
    related.length > 0 && tx.relatedLinks.replace(id, related),
    publish &&
      makePublic(tx, article, related, {
        isNew: true,
        updatedAt: past(item.modifiedAt) ?? publishedAt ?? tx.now,
      }),
    recordImported(
      tx,
      { previous: null, article, related },
      { actor, system: item.identity.system, publish },
    ),
  ])
  return article
}

async function updateFromItem(
  tx: Writer,
  previous: StoredArticle,
  item: ImportedItem,
  { publish, actor, terms, siteLanguage }: ItemImport,
): Promise<StoredArticle> {
  const previousRelated = await tx.relatedLinks.listOf(previous.id)
  const related = item.related?.length ? linksOf(item, previousRelated) : previousRelated
  const patch = await inputOf(tx, item, { actor, terms })
  return updateImported(
    tx,
    { article: previous, related: previousRelated },
    { patch, related },
    { actor, system: item.identity.system, publish, siteLanguage },
  )
}

function slugSourceOf({ slug, title }: ImportedItem): string {
  return slug !== undefined && slugOf(slug) !== '' ? slug : title
}

/** The links of the item, in order; one that was there before, by its title and URL, keeps its id. */
function linksOf({ related = [] }: ImportedItem, previous: readonly RelatedLink[]): RelatedLink[] {
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
