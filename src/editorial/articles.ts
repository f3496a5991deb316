import { v7 as newId } from 'uuid'
import { can } from '../auth/can.ts'
import type { ArticleContent, ArticleInput, ArticlePatch } from '../contract/article.ts'
import { type Fault, Problem, versionMismatch } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { referenceOf } from './actors.ts'
import { invalidTransition } from './allowed-actions.ts'
import { contentOf, hashOf, patchContent, type SiteSettings } from './content.ts'
import { findReferenceFaults } from './references.ts'
import { claimSlug, deriveSlug, takeSlug } from './slugs.ts'
import { recordVersion } from './versions.ts'
import { keepContent } from './working-copy.ts'

/** The version that a writer has read, or `any` to write over whatever is there. */
export type Expected = { readonly versions: readonly number[] } | 'any'

/** An article that is not stored yet. */
interface Draft {
  readonly article: StoredArticle
  /** Resolves when it has its slug; to be waited for with what else is written of it. */
  readonly taking: Promise<void>
}

/** Makes a new draft. Throws `slug-taken`, `invalid-body`. */
export async function draftArticle(
  tx: Writer,
  actor: Actor,
  input: ArticleInput,
  related: readonly RelatedLink[],
  settings: SiteSettings,
): Promise<Draft> {
  const id = newId()
  const unslugged = contentOf(input, settings)
  refuse([...(await findReferenceFaults(tx, unslugged)), ...findEmbargoFaults(input, tx.now)])
  const { slug, taking } = await takeSlug(tx, input, id)
  const article = asDraft(tx, actor, { id, content: { ...unslugged, slug }, related })
  return { article, taking }
}

/** The first version of an article with this content, which nobody has published or planned to. */
export function asDraft(
  tx: Pick<Writer, 'now'>,
  actor: Actor,
  { id, content, related }: { id: string; content: ArticleContent; related: readonly RelatedLink[] },
): StoredArticle {
  const by = referenceOf(actor)
  return {
    id,
    status: 'draft',
    version: 1,
    publishedVersion: null,
    content,
    contentHash: hashOf({ ...content, related }),
    publishedHash: null,
    firstPublishedAt: null,
    publishedAt: null,
    scheduledAt: null,
    unpublishAt: null,
    scheduledFrom: null,
    scheduledBy: null,
    scheduleProblem: null,
    corrections: [],
    trashedAt: null,
    createdAt: tx.now,
    updatedAt: tx.now,
    createdBy: by,
    updatedBy: by,
  }
}

/** Makes a draft. Throws `slug-taken`, `invalid-body`. */
export async function createArticle(
  tx: Writer,
  actor: Actor,
  input: ArticleInput,
  settings: SiteSettings,
): Promise<StoredArticle> {
  const { article, taking } = await draftArticle(tx, actor, input, [], settings)
  await tx.together([
    taking,
    tx.articles.insert(article),
    recordVersion(tx, {
      previous: null,
      article,
      related: [],
      actor,
      type: 'article.created',
      visibility: 'hidden',
    }),
  ])
  return article
}

/**
 * Changes the working copy; what is public stays. Throws `not-found`, `forbidden`, `invalid-transition`,
 * `version-mismatch`, `slug-taken`, `invalid-body`.
 */
export async function patchArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: ArticlePatch,
  settings: SiteSettings,
): Promise<StoredArticle> {
  const [previous, related] = await getLinkedForEdit(tx, actor, id, expected)
  const unslugged = patchContent(previous.content, patch, settings)
  // What was there already is still there: what an article refers to is not deleted.
  const hasReferences = (patch.sectionId ?? patch.tagIds ?? patch.authors) != null
  refuse([
    ...(hasReferences ? await findReferenceFaults(tx, unslugged) : []),
    ...findEmbargoFaults(patch, tx.now, previous),
  ])
  const content = { ...unslugged, slug: await patchSlug(tx, previous, patch, unslugged.title) }
  return keepContent(tx, actor, previous, { content, related, previousRelated: related })
}

/**
 * Replaces all that an editor writes, but for the links; what the input leaves out gets its default. Only the
 * slug stays where none is sent: another text does not move the address. Throws as `patchArticle` does.
 */
export async function replaceArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  input: ArticleInput,
  settings: SiteSettings,
): Promise<StoredArticle> {
  const [previous, related] = await getLinkedForEdit(tx, actor, id, expected)
  const unslugged = contentOf(input, settings, previous.content.body)
  refuse([...(await findReferenceFaults(tx, unslugged)), ...findEmbargoFaults(input, tx.now, previous)])
  const content = { ...unslugged, slug: await patchSlug(tx, previous, input, unslugged.title) }
  return keepContent(tx, actor, previous, { content, related, previousRelated: related })
}

/**
 * The article that the actor is about to edit. Throws `not-found`, `forbidden`, `invalid-transition` (it is in the
 * trash, or was killed), `version-mismatch`.
 */
export async function getForEdit(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const article = await tx.articles.get(id)
  if (!can(actor, 'articles.write', article))
    throw new Problem('forbidden', 'The token allows edits of your own drafts only.')
  if (article.trashedAt !== null || article.status === 'killed')
    throw invalidTransition(article, actor, 'an edit')
  checkVersion(article, expected)
  return article
}

/** The same with its related links, which are part of every version. */
function getLinkedForEdit(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<[StoredArticle, RelatedLink[]]> {
  return tx.together([getForEdit(tx, actor, id, expected), tx.relatedLinks.listOf(id)])
}

/** Throws `version-mismatch` when the resource is not at a version that the writer has read. */
export function checkVersion({ version }: { readonly version: number }, expected: Expected): void {
  if (expected !== 'any' && !expected.versions.includes(version)) throw versionMismatch(version)
}

/** The slug after a patch; the one before is given back unless it was ever public. */
async function patchSlug(
  tx: Writer,
  previous: StoredArticle,
  patch: Pick<ArticlePatch, 'slug'>,
  title: string,
): Promise<string> {
  const { slug: current } = previous.content
  if (patch.slug === undefined || patch.slug === current) return current
  await tx.slugs.release(current, previous.id)
  return patch.slug === null ? deriveSlug(tx, title, previous.id) : claimSlug(tx, patch.slug, previous.id)
}

/** An embargo is in the future when it is set; the one that is there already may be over. */
function findEmbargoFaults(
  { embargoUntil }: Pick<ArticlePatch, 'embargoUntil'>,
  now: string,
  previous?: StoredArticle,
): Fault[] {
  if (embargoUntil == null || embargoUntil > now || embargoUntil === previous?.content.embargoUntil) return []
  return [{ pointer: '/embargoUntil', code: 'in-past', detail: 'must be in the future when it is set' }]
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0)
    throw new Problem('invalid-body', 'The article would not be valid.', { errors: faults })
}
