import { v7 as newId } from 'uuid'
import { keptPathsOf } from '../contract/old-path.ts'
import { slugOf } from '../contract/slug.ts'
import type { ImportedItem } from '../importers/item.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { asDraft } from './articles.ts'
import { contentOf } from './content.ts'
import { recordImported } from './imported-version.ts'
import { type ItemImport, inputOf, linksOf } from './item-input.ts'
import { lossOfPath, takenPaths } from './old-paths.ts'
import { asPublished, makeNewPublic } from './publishing.ts'
import { takeSlugs } from './slugs.ts'

/** An item that was never imported before. */
export interface NewItem {
  readonly item: ImportedItem
  readonly sourceHash: string
  readonly edition: string | null
  readonly goesPublic: boolean
}

/**
 * Makes articles of items, with their links, old paths, sections, tags and authors, table by table: what is written
 * alike is written together. Answers the articles in order, each with what of it could not be kept.
 */
export async function createFromItems(
  tx: Writer,
  items: readonly NewItem[],
  options: ItemImport,
): Promise<{ readonly article: StoredArticle; readonly losses: readonly string[] }[]> {
  const prepared = []
  for (const one of items) {
    const input = await inputOf(tx, one.item, options)
    prepared.push({ ...one, input, id: newId(), related: linksOf(one.item, []) })
  }
  const slugs = await takeSlugs(
    tx,
    prepared.map(({ id, item }) => ({ id, title: slugSourceOf(item) })),
  )
  const paths = new Map(prepared.map(({ id, item }) => [id, keptPathsOf(id, item.oldPaths ?? [])]))
  const taken = await takenPaths(tx, [...paths.values()].flat())
  const made = prepared.map(({ id, item, input, related, goesPublic, sourceHash, edition }, index) => {
    const content = { ...contentOf(input, options), slug: slugs[index] ?? id }
    const draft = { ...asDraft(tx, options.actor, { id, content, related }), ...instantsOf(item, tx.now) }
    const { publishedAt } = draft
    const article = goesPublic ? asPublished(draft, tx.now) : draft
    const updatedAt = past(item.modifiedAt, tx.now) ?? publishedAt ?? tx.now
    return { item, article, related, goesPublic, sourceHash, edition, updatedAt }
  })
  await tx.together([
    tx.articles.insertAll(made.map(({ article }) => article)),
    tx.relatedLinks.insertAll(
      made.map(({ article, related }) => ({ articleId: article.id, links: related })),
    ),
    makeNewPublic(
      tx,
      made.filter(({ goesPublic }) => goesPublic),
    ),
    recordImported(
      tx,
      made.map(({ article, related, item, goesPublic }) => ({
        previous: null,
        article,
        related,
        system: item.identity.system,
        publish: goesPublic,
      })),
      options.actor,
    ),
    tx.importSources.put(
      made.map(({ article, item: { identity }, sourceHash, edition }) => ({
        system: identity.system,
        externalId: identity.id,
        articleId: article.id,
        sourceHash,
        placementIds: [],
        importedAt: tx.now,
        edition,
      })),
    ),
    tx.oldPaths.remember([...paths.values()].flat()),
  ])
  return made.map(({ article, item }) => {
    const losses = (paths.get(article.id) ?? []).filter((path) => taken.has(path)).map(lossOfPath)
    return {
      article,
      losses: [...losses, ...lossOfSlug(item, article.content.slug), ...lossOfPlan(item, tx.now)],
    }
  })
}

function slugSourceOf({ slug, title }: ImportedItem): string {
  return slug !== undefined && slugOf(slug) !== '' ? slug : title
}

function lossOfSlug({ slug }: ImportedItem, given: string): string[] {
  const wanted = slugOf(slug ?? '')
  return wanted === '' || wanted === given ? [] : [`the slug ${wanted}, which another article has`]
}

/** When it was to be published: an import plans nothing. */
export function lossOfPlan({ status, publishedAt }: ImportedItem, now: string): string[] {
  const isPlanned = status === 'scheduled' || status === 'published'
  return isPlanned && publishedAt !== undefined && publishedAt > now
    ? [`that it is to be published at ${publishedAt}: it stays a draft until somebody plans it here`]
    : []
}

/** When it was made and published where it comes from, as far as that is over. */
export function instantsOf(
  item: ImportedItem,
  now: string,
): Pick<StoredArticle, 'createdAt' | 'publishedAt'> {
  return {
    createdAt: past(item.createdAt, now) ?? past(item.publishedAt, now) ?? now,
    publishedAt: item.status === 'published' ? (past(item.publishedAt, now) ?? null) : null,
  }
}

/** An instant of the source that is not in the future. */
function past(instant: string | undefined, now: string): string | undefined {
  return instant !== undefined && instant <= now ? instant : undefined
}
