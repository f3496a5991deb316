import { Problem } from '../contract/errors.ts'
import type { ArchivedTerm } from '../contract/export-records.ts'
import type { Actor } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import { tellChange } from './change-log.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'

/** Restores a section, tag or author. Throws `slug-taken`. */
export async function restoreTerm(
  tx: Writer,
  actor: Actor,
  { type: kind, ...term }: ArchivedTerm,
): Promise<RestoreResult> {
  const previous = await tx.terms.find(kind, term.id)
  const kept = keptAsItIs(previous, term, previous?.slug)
  if (kept) return kept
  const free = await tx.terms.findFreeSlug(kind, term.slug, term.id)
  if (free !== term.slug) throw new Problem('slug-taken', `Another ${kind} has the slug ${term.slug}.`)
  if (previous) await tx.terms.update(kind, previous, term)
  else await tx.terms.insert(kind, term)
  const isPublic =
    kind === 'section' || (previous !== undefined && (await tx.termUsages.isPublic(kind, term.id)))
  await tellChange(tx, {
    type: `${kind}.${previous ? 'updated' : 'created'}`,
    subject: { type: kind, id: term.id, slug: term.slug },
    actor,
    previous: previous ?? null,
    next: term,
    version: term.version,
    details: { name: term.name, imported: 'copydesk' },
    visibility: isPublic ? 'public' : 'hidden',
  })
  return restoredAs(previous, term.id, term.slug)
}
