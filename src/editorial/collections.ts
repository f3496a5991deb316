import { v7 as newId } from 'uuid'
import type { ArticleReference } from '../contract/article-reference.ts'
import type { ChangeType } from '../contract/change.ts'
import type { CollectionInput, CollectionPatch } from '../contract/collection.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import type { ArchivedCollection } from '../contract/export-records.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredCollection } from '../store/collections.ts'
import type { Writer } from '../store/index.ts'
import type { Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'

/** Makes a collection, live at once. Throws `key-taken`, `invalid-body`. */
export async function createCollection(
  tx: Writer,
  actor: Actor,
  { key, name, items }: CollectionInput,
): Promise<StoredCollection> {
  const articleIds = items.map((item) => item.articleId)
  checkItems(articleIds, await tx.articleReferences.find(articleIds))
  await checkKey(tx, key)
  const collection = { id: newId(), key, name, version: 1, createdAt: tx.now, updatedAt: tx.now }
  await tx.collections.insert(collection, articleIds)
  const next = { collection, articleIds }
  await tell(tx, actor, 'collection.created', { previous: null, next }, 'public')
  return collection
}

/**
 * Changes a collection, live at once: what the patch leaves out stays. Items are replaced as a whole. Throws
 * `not-found`, `version-mismatch`, `key-taken`, `invalid-body`.
 */
export async function patchCollection(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: CollectionPatch,
): Promise<StoredCollection> {
  const previous = await getExpected(tx.collections, id, expected)
  const { key = previous.key, name = previous.name } = patch
  const collection = { ...previous, key, name, version: previous.version + 1, updatedAt: tx.now }
  const items = patch.items === undefined ? undefined : await replaceItems(tx, id, patch.items ?? [])
  if (key !== previous.key) await checkKey(tx, key)
  await tx.collections.update(previous, collection)
  const isSeen = key !== previous.key || name !== previous.name || items?.isSeen
  const states = {
    previous: { collection: previous, articleIds: items?.before },
    next: { collection, articleIds: items?.after },
  }
  await tell(tx, actor, 'collection.updated', states, isSeen ? 'public' : 'hidden')
  return collection
}

/** Deletes a collection; its articles stay. Throws `not-found`, `version-mismatch`. */
export async function deleteCollection(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<void> {
  const collection = await getExpected(tx.collections, id, expected)
  const previous = { collection, articleIds: await tx.collections.itemsOf(id) }
  await tx.collections.remove(id)
  await tell(tx, actor, 'collection.deleted', { previous, next: null }, 'public')
}

/** Puts a collection of an archive back. Throws `key-taken`, `invalid-body`. */
export async function restoreCollection(
  tx: Writer,
  actor: Actor,
  { type: _line, items, ...collection }: ArchivedCollection,
): Promise<RestoreResult> {
  const { id, key } = collection
  const previous = await tx.collections.find(id)
  const before = previous ? await tx.collections.itemsOf(id) : []
  const after = items.map((item) => item.articleId)
  const kept = keptAsItIs(previous && { ...previous, items: before }, { ...collection, items: after }, key)
  if (kept) return kept
  checkItems(after, await tx.articleReferences.find(after))
  if (key !== previous?.key) await checkKey(tx, key)
  if (previous) {
    await tx.collections.update(previous, collection)
    await tx.collections.replaceItems(id, after)
  } else await tx.collections.insert(collection, after)
  const next = { collection, articleIds: after }
  const states = { previous: previous ? { collection: previous, articleIds: before } : null, next }
  await tell(tx, actor, previous ? 'collection.updated' : 'collection.created', states, 'public')
  return restoredAs(previous, id, key)
}

/** Replaces the items; `isSeen` when the public sees others than before, or in another order. */
async function replaceItems(
  tx: Writer,
  id: string,
  items: readonly { readonly articleId: string }[],
): Promise<{ before: readonly string[]; after: readonly string[]; isSeen: boolean }> {
  const before = await tx.collections.itemsOf(id)
  const after = items.map((item) => item.articleId)
  const articles = await tx.articleReferences.find([...new Set([...before, ...after])])
  checkItems(after, articles)
  await tx.collections.replaceItems(id, after)
  const shown = (ids: readonly string[]) => ids.filter((articleId) => articles.get(articleId)?.isPublic)
  return { before, after, isSeen: shown(before).join() !== shown(after).join() }
}

/** Throws `invalid-body` naming every item that does not exist or stands twice. */
function checkItems(articleIds: readonly string[], articles: ReadonlyMap<string, ArticleReference>): void {
  const seen = new Set<string>()
  const faults: Fault[] = []
  for (const [index, articleId] of articleIds.entries()) {
    const pointer = `/items/${index}/articleId`
    if (!articles.has(articleId))
      faults.push({ pointer, code: 'not-found', detail: 'there is no such article' })
    else if (seen.has(articleId))
      faults.push({ pointer, code: 'duplicate', detail: 'stands twice in the list' })
    seen.add(articleId)
  }
  if (faults.length > 0)
    throw new Problem('invalid-body', 'The items of the collection are not valid.', { errors: faults })
}

async function checkKey(tx: Writer, key: string): Promise<void> {
  if ((await tx.collections.findByKey(key)) === undefined) return
  throw new Problem('key-taken', `Another collection has the key ${key}.`, {
    errors: [{ pointer: '/key', code: 'key-taken', detail: 'is the key of another collection' }],
  })
}

/** A collection with its items, where they matter for what changed. */
interface State {
  readonly collection: StoredCollection
  readonly articleIds: readonly string[] | undefined
}

function tell(
  tx: Writer,
  actor: Actor,
  type: ChangeType,
  { previous, next }: States<State>,
  visibility: 'public' | 'hidden',
): Promise<void> {
  const { id, key, name, version } = (next ?? previous).collection
  return tellChange(tx, {
    type,
    subject: { type: 'collection', id, slug: key },
    actor,
    previous: previous && loggedState(previous),
    next: next && loggedState(next),
    version,
    details: { name },
    visibility,
  })
}

function loggedState({ collection, articleIds }: State) {
  return { ...collection, items: articleIds?.map((articleId) => ({ articleId })) }
}
