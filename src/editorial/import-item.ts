import { createHash } from 'node:crypto'
import { keptPathsOf } from '../contract/old-path.ts'
import type { ImportedItem } from '../importers/item.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { ImportSource } from '../store/import-sources.ts'
import type { Writer } from '../store/index.ts'
import { createFromItems, instantsOf, lossOfPlan, type NewItem } from './import-new-items.ts'
import type { ImportResult, Withheld } from './import-page.ts'
import { updateImported } from './imported-version.ts'
import { type ItemImport, inputOf, linksOf } from './item-input.ts'
import { lossOfPath, takenPaths } from './old-paths.ts'
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
  /** Of which one before is new: they are other versions of it. */
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
      fresh.set(key, { item, sourceHash: hashOfItem(item), edition: editionOf(item), goesPublic, withheld })
    }
  }
  const created = await createFromItems(tx, [...fresh.values()], options)
  for (const [index, { item, withheld }] of [...fresh.values()].entries()) {
    const made = created[index]
    if (made === undefined) throw new Error('an article was not made')
    const { id, content } = made.article
    const { slug } = content
    results.set(item, { outcome: 'created', articleId: id, slug, withheld, losses: made.losses })
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
  const found = { articleId, slug: previous.content.slug }
  const same = { ...found, outcome: 'unchanged' } as const
  if (previous.trashedAt !== null) return { ...same, withheld: 'trashed' }
  if (previous.status === 'killed') return { ...same, withheld: 'killed' }
  if (isAnother(item, previous))
    return {
      ...found,
      outcome: 'failed',
      withheld: null,
      reason: `it is called as “${previous.content.title}” was, which is of another day; give it an \`id\` in its front matter`,
    }
  const edition = editionOf(item)
  if (isOlder(edition, known.edition))
    return {
      ...same,
      withheld: null,
      reason: `it is older (${edition}) than what is here (${known.edition})`,
    }
  const sourceHash = hashOfItem(item)
  const withheld = options.publish ? withheldFrom(item, previous, tx.now) : null
  const goesPublic = options.publish && withheld === null
  const losses = [...lossesOf(item, previous), ...lossOfPlan(item, tx.now)]
  if (known.sourceHash === sourceHash) {
    if (!goesPublic || !hasUnpublishedImport(previous, known)) return { ...same, withheld, losses }
    await publishArticle(tx, options.actor, articleId, 'any', {})
    return { ...same, outcome: 'updated', withheld, losses }
  }
  const paths = keptPathsOf(articleId, item.oldPaths ?? [])
  const taken = await takenPaths(tx, paths)
  const article = await updateFromItem(tx, previous, item, { ...options, publish: goesPublic })
  await tx.together([
    tx.importSources.put([{ ...known, sourceHash, edition, importedAt: tx.now }]),
    tx.oldPaths.remember(paths),
  ])
  return {
    outcome: 'updated',
    articleId,
    slug: article.content.slug,
    withheld,
    losses: [...losses, ...[...taken].map(lossOfPath)],
  }
}

/** Whether it goes by the name of a file that was of something else: neither the title nor the day is the same. */
function isAnother(
  { identity, title, publishedAt, createdAt = publishedAt }: ImportedItem,
  known: StoredArticle,
) {
  if (!identity.isOfName || title === known.content.title) return false
  return createdAt !== undefined && createdAt !== known.createdAt
}

/** Which version of itself the source holds; null where it does not say. */
function editionOf({ version, modifiedAt }: ImportedItem): string | null {
  return version === undefined ? (modifiedAt ?? null) : String(version)
}

/** Numbers are compared with numbers and instants with instants; what cannot be compared is not older. */
function isOlder(edition: string | null, known: string | null): boolean {
  if (edition === null || known === null) return false
  const isNumber = /^\d+$/
  if (isNumber.test(edition) !== isNumber.test(known)) return false
  return isNumber.test(edition) ? Number(edition) < Number(known) : edition < known
}

/** Whether what the import wrote last is not what the public sees: it was not to be published then. */
function hasUnpublishedImport({ publishedVersion, version, updatedAt }: StoredArticle, known: ImportSource) {
  if (publishedVersion === null) return true
  return publishedVersion !== version && updatedAt === known.importedAt
}

function lossesOf({ status }: ImportedItem, { publishedVersion }: StoredArticle): string[] {
  if (status === 'published' || publishedVersion === null) return []
  return [`that it is ${status} where it comes from: here it is public until somebody unpublishes it`]
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
    {
      ...{ actor, system: item.identity.system, publish, siteLanguage },
      // What was never public here knows by now when it was published there.
      publishedAt: previous.firstPublishedAt === null ? instantsOf(item, tx.now).publishedAt : null,
    },
  )
}
