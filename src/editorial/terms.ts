import { randomBytes } from 'node:crypto'
import { v7 as newId } from 'uuid'
import { Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import { slugOf } from '../contract/slug.ts'
import type { TermInput, TermKind, TermPatch } from '../contract/taxonomy.ts'
import type { Writer } from '../store/index.ts'
import type { StoredTerm } from '../store/terms.ts'
import { checkVersion, type Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { checkUnused } from './usages.ts'

type Verb = 'created' | 'updated' | 'deleted'

/** Makes a section, tag or author. Throws `slug-taken`. */
export async function createTerm(
  tx: Writer,
  actor: Actor,
  kind: TermKind,
  input: TermInput,
): Promise<StoredTerm> {
  const id = newId()
  const slug = await chooseSlug(tx, kind, id, input)
  const term = { id, slug, name: input.name, version: 1, createdAt: tx.now, updatedAt: tx.now }
  await tx.terms.insert(kind, term)
  await tell(tx, actor, kind, 'created', { previous: null, next: term }, kind === 'section')
  return term
}

/** Replaces name and slug; a slug that is not sent is derived again. Throws as `patchTerm` does. */
export function replaceTerm(
  tx: Writer,
  actor: Actor,
  kind: TermKind,
  id: string,
  expected: Expected,
  input: TermInput,
): Promise<StoredTerm> {
  return patchTerm(tx, actor, kind, id, expected, { name: input.name, slug: input.slug ?? null })
}

/** Changes a term, live at once. Throws `not-found`, `version-mismatch`, `slug-taken`. */
export async function patchTerm(
  tx: Writer,
  actor: Actor,
  kind: TermKind,
  id: string,
  expected: Expected,
  patch: TermPatch,
): Promise<StoredTerm> {
  const previous = await getExpected(tx, kind, id, expected)
  const name = patch.name ?? previous.name
  const slug =
    patch.slug === undefined
      ? previous.slug
      : await chooseSlug(tx, kind, id, { name, slug: patch.slug ?? undefined })
  const term = { ...previous, name, slug, version: previous.version + 1, updatedAt: tx.now }
  await tx.terms.update(kind, previous, term)
  const isPublic = kind === 'section' || (await tx.termUsages.isPublic(kind, id))
  await tell(tx, actor, kind, 'updated', { previous, next: term }, isPublic)
  return term
}

/** Deletes a term that no article and no ad placement refers to. Throws `not-found`, `version-mismatch`, `in-use`. */
export async function deleteTerm(
  tx: Writer,
  actor: Actor,
  kind: TermKind,
  id: string,
  expected: Expected,
): Promise<void> {
  const term = await getExpected(tx, kind, id, expected)
  checkUnused(kind, 'article', await tx.termUsages.list(kind, id))
  if (kind !== 'author') {
    const placed = { scopeType: kind, scopeId: id } as const
    checkUnused(kind, 'ad-placement', await tx.placements.usagesOf(placed))
  }
  await tx.terms.remove(kind, id)
  await tell(tx, actor, kind, 'deleted', { previous: term, next: null }, kind === 'section')
}

async function getExpected(tx: Writer, kind: TermKind, id: string, expected: Expected): Promise<StoredTerm> {
  const term = await tx.terms.get(kind, id)
  checkVersion(term, expected)
  return term
}

/** The slug that was sent, or one made of the name. */
async function chooseSlug(
  tx: Writer,
  kind: TermKind,
  id: string,
  { name, slug }: { name: string; slug?: string | undefined },
): Promise<string> {
  const wanted = slug ?? (slugOf(name) || `${kind}-${randomBytes(4).toString('hex')}`)
  const free = await tx.terms.findFreeSlug(kind, wanted, id)
  if (slug === undefined || free === slug) return free
  throw new Problem('slug-taken', `Another ${kind} has the slug ${slug}.`, {
    errors: [{ pointer: '/slug', code: 'slug-taken', detail: `is taken; ${free} is free` }],
    extensions: { suggestion: free },
  })
}

/** Tells the change log. Sections are public always, tags and authors while a published article has them. */
function tell(
  tx: Writer,
  actor: Actor,
  kind: TermKind,
  verb: Verb,
  { previous, next }: States<StoredTerm>,
  isPublic: boolean,
): Promise<void> {
  const { id, slug, name, version } = next ?? previous
  return tellChange(tx, {
    type: `${kind}.${verb}`,
    subject: { type: kind, id, slug },
    actor,
    previous,
    next,
    version,
    details: { name },
    visibility: isPublic ? 'public' : 'hidden',
  })
}
