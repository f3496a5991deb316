import { v7 as newId } from 'uuid'
import type { ArticleReference } from '../contract/article-reference.ts'
import type { ChangeType } from '../contract/change.ts'
import type { CollectionInput, CollectionPatch } from '../contract/collection.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredCollection } from '../store/collections.ts'
import type { Writer } from '../store/index.ts'
import { checkVersion, type Expected } from './articles.ts'
import { referenceOf } from './versions.ts'

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
  await tell(tx, actor, 'collection.created', collection, 'public')
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
  const previous = await getExpected(tx, id, expected)
  const { key = previous.key, name = previous.name } = patch
  const collection = { ...previous, key, name, version: previous.version + 1, updatedAt: tx.now }
  const changesItems = patch.items !== undefined && (await replaceItems(tx, id, patch.items ?? []))
  if (key !== previous.key) await checkKey(tx, key)
  await tx.collections.update(previous, collection)
  const isSeen = key !== previous.key || name !== previous.name || changesItems
  await tell(tx, actor, 'collection.updated', collection, isSeen ? 'public' : 'hidden')
  return collection
}

/** Deletes a collection; its articles stay. Throws `not-found`, `version-mismatch`. */
export async function deleteCollection(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<void> {
  const collection = await getExpected(tx, id, expected)
  await tx.collections.remove(id)
  await tell(tx, actor, 'collection.deleted', collection, 'public')
}

async function getExpected(tx: Writer, id: string, expected: Expected): Promise<StoredCollection> {
  const collection = await tx.collections.get(id)
  checkVersion(collection, expected)
  return collection
}

/** Replaces the items; true when the public sees others than before, or in another order. */
async function replaceItems(
  tx: Writer,
  id: string,
  items: readonly { readonly articleId: string }[],
): Promise<boolean> {
  const before = await tx.collections.itemsOf(id)
  const after = items.map((item) => item.articleId)
  const articles = await tx.articleReferences.find([...new Set([...before, ...after])])
  checkItems(after, articles)
  await tx.collections.replaceItems(id, after)
  const shown = (ids: readonly string[]) => ids.filter((articleId) => articles.get(articleId)?.isPublic)
  return shown(before).join() !== shown(after).join()
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

function tell(
  tx: Writer,
  actor: Actor,
  type: ChangeType,
  collection: StoredCollection,
  visibility: 'public' | 'hidden',
): Promise<void> {
  return tx.changes.append({
    type,
    subject: { type: 'collection', id: collection.id, slug: collection.key },
    actor: referenceOf(actor),
    payload: { name: collection.name, version: collection.version },
    visibility,
  })
}
