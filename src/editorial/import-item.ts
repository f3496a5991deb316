import { createHash } from 'node:crypto'
import { keptPathsOf } from '../contract/old-path.ts'
import type { ImportedItem } from '../importers/item.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { ImportSource } from '../store/import-sources.ts'
import type { Writer } from '../store/index.ts'
import { createFromItems, type NewItem } from './import-new-items.ts'
import type { ImportResult, Withheld } from './import-page.ts'
import { updateImported } from './imported-version.ts'
import { type ItemImport, inputOf, linksOf } from './item-input.ts'
import { publishArticle } from './publishing.ts'

/**
 * Brings items in, as one write: the articles with their links and old paths, and the sections, tags and authors that
 * they name. The same item again changes nothing, whatever editors did to the article since; a changed one becomes a
 * new version. What an editor put into the trash or killed is left alone, and nothing is published that the source does
 * not show to everybody, or that an editor took back, planned or put under embargo. Answers what became of each, in
 * order.
 */
export async function importItems(
  tx: Writer,
  items: readonly ImportedItem[],
  options: ItemImport,
): Promise<ImportResult[]> {
  const sources = await sourcesOf(tx, items)
  const results = new Map<ImportedItem, ImportResult>()
  const fresh = new Map<string, NewItem & Pick<ImportResult, 'withheld'>>()
  /** Of which an earlier one is new: they are newer versions of it. */
  const again: ImportedItem[] = []
  for (const item of items) {
    const key = keyOf(item.identity.system, item.identity.id)
    const known = sources.get(key)
    const article = known && (await tx.articles.find(known.articleId))
    if (known && article) results.set(item, await importKnown(tx, item, { known, article }, options))
    else if (fresh.has(key)) again.push(item)
    else {
      const withheld = options.publish ? withheldFrom(item, undefined, tx.now) : null
      const goesPublic = options.publish && withheld === null
      fresh.set(key, { item, sourceHash: hashOfItem(item), goesPublic, withheld })
    }
  }
  const created = await createFromItems(tx, [...fresh.values()], options)
  for (const [index, { item, withheld }] of [...fresh.values()].entries()) {
    const article = created[index]
    if (article === undefined) throw new Error('an article was not made')
    const { slug } = article.content
    results.set(item, { outcome: 'created', articleId: article.id, slug, withheld })
  }
  if (again.length > 0)
    for (const [index, result] of (await importItems(tx, again, options)).entries()) {
      const item = again[index]
      if (item !== undefined) results.set(item, result)
    }
  return items.flatMap((item) => results.get(item) ?? [])
}

/** What is known of the items, by system and id. */
async function sourcesOf(tx: Writer, items: readonly ImportedItem[]): Promise<Map<string, ImportSource>> {
  const idsOf = Map.groupBy(items, ({ identity }) => identity.system)
  const found = new Map<string, ImportSource>()
  for (const [system, some] of idsOf) {
    const ids = [...new Set(some.map(({ identity }) => identity.id))]
    for (const source of await tx.importSources.findAll(system, ids))
      found.set(keyOf(system, source.externalId), source)
  }
  return found
}

function keyOf(system: string, id: string): string {
  return `${system}\n${id}`
}

interface KnownItem {
  readonly known: ImportSource
  readonly article: StoredArticle
}

async function importKnown(
  tx: Writer,
  item: ImportedItem,
  { known, article: previous }: KnownItem,
  options: ItemImport,
): Promise<ImportResult> {
  const { id: articleId } = previous
  const same = { outcome: 'unchanged', articleId, slug: previous.content.slug } as const
  if (previous.trashedAt !== null) return { ...same, withheld: 'trashed' }
  if (previous.status === 'killed') return { ...same, withheld: 'killed' }
  const sourceHash = hashOfItem(item)
  const withheld = options.publish ? withheldFrom(item, previous, tx.now) : null
  const goesPublic = options.publish && withheld === null
  if (known.sourceHash === sourceHash) {
    if (!goesPublic || previous.publishedVersion !== null) return { ...same, withheld }
    await publishArticle(tx, options.actor, articleId, 'any', {})
    return { ...same, outcome: 'updated', withheld }
  }
  const article = await updateFromItem(tx, previous, item, { ...options, publish: goesPublic })
  await tx.together([
    tx.importSources.put([{ ...known, sourceHash, importedAt: tx.now }]),
    tx.oldPaths.remember(keptPathsOf(articleId, item.oldPaths ?? [])),
  ])
  return { outcome: 'updated', articleId, slug: article.content.slug, withheld }
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
