import { createHash } from 'node:crypto'
import type { Actor } from '../contract/permissions.ts'
import { slugOf } from '../contract/slug.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { NamedTerm } from '../importers/item.ts'
import type { Writer } from '../store/index.ts'
import { createTerm } from './terms.ts'

interface TermTaking {
  readonly actor: Actor
  readonly kind: TermKind
  /** Ids by kind and slug; those that are found or made come in. */
  readonly known: Map<string, string>
}

/**
 * The ids of sections, tags or authors, in order and each once: found by their slugs, or made. The slug is the source's,
 * or else of the name.
 */
export async function takeTerms(
  tx: Writer,
  { actor, kind, known }: TermTaking,
  terms: readonly NamedTerm[],
): Promise<string[]> {
  if (terms.length === 0) return []
  const named = new Map(terms.map((term) => [slugOfTerm(kind, term), term.name]))
  const unknown = [...named.keys()].filter((slug) => !known.has(`${kind} ${slug}`))
  for (const [slug, id] of await tx.terms.findBySlugs(kind, unknown)) known.set(`${kind} ${slug}`, id)
  const ids: string[] = []
  for (const [slug, name] of named) {
    const id = known.get(`${kind} ${slug}`) ?? (await createTerm(tx, actor, kind, { name, slug })).id
    known.set(`${kind} ${slug}`, id)
    ids.push(id)
  }
  return ids
}

/** The same for the same term, whenever it comes: of a name that leaves nothing for a slug, by its hash. */
function slugOfTerm(kind: TermKind, { name, slug = '' }: NamedTerm): string {
  return (
    slugOf(slug) || slugOf(name) || `${kind}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  )
}
