import { withKeys } from '../body/keys.ts'
import type { ArticleContent } from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import type { ExactArticleLine, RestoredLine, SnapshotLine, TermLine } from '../contract/export-line.ts'
import { keptPathsOf } from '../contract/old-path.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { tellChange } from './change-log.ts'
import { hashOf } from './content.ts'
import type { ImportOutcome } from './import-page.ts'
import { makeNewPublic, makePublic } from './publishing.ts'
import { findReferenceFaults } from './references.ts'
import { claimSlug } from './slugs.ts'
import { loggedState } from './versions.ts'

export interface RestoreResult {
  readonly outcome: ImportOutcome
  readonly id: string
  readonly slug: string
  /** Why it was left as it is, where what is here is another version. */
  readonly reason: string | null
}

/**
 * Restores a line of our own format exactly: ids, versions, states and times. What is here in the same version or a newer
 * one stays. Throws `slug-taken` where another article or term has the slug, `invalid-body` where an article refers to a
 * term that is not here.
 */
export function restoreLine(tx: Writer, actor: Actor, line: RestoredLine): Promise<RestoreResult> {
  return line.type === 'article' ? restoreArticle(tx, actor, line) : restoreTerm(tx, actor, line)
}

async function restoreTerm(
  tx: Writer,
  actor: Actor,
  { type: kind, ...term }: TermLine,
): Promise<RestoreResult> {
  const previous = await tx.terms.find(kind, term.id)
  const unchanged = previous && leftAlone(previous.version, term.version, previous.id, previous.slug)
  if (unchanged) return unchanged
  const free = await tx.terms.findFreeSlug(kind, term.slug, term.id)
  if (free !== term.slug) throw new Problem('slug-taken', `Another ${kind} has the slug ${term.slug}.`)
  if (previous) await tx.terms.update(kind, previous, term)
  else await tx.terms.insert(kind, term)
  const isPublic =
    kind === 'section' || (previous !== undefined && (await tx.termUsages.isPublic(kind, term.id)))
  const told = { actor, version: term.version, details: { name: term.name, imported: 'copydesk' } }
  const subject = { type: kind, id: term.id, slug: term.slug }
  const verb = previous ? 'updated' : 'created'
  await tellChange(tx, {
    ...told,
    type: `${kind}.${verb}`,
    subject,
    previous: previous ?? null,
    next: term,
    visibility: isPublic ? 'public' : 'hidden',
  })
  return { outcome: previous ? 'updated' : 'created', id: term.id, slug: term.slug, reason: null }
}

function leftAlone(here: number, there: number, id: string, slug: string): RestoreResult | undefined {
  if (here < there) return undefined
  const reason = here === there ? null : `the version here is ${here}, and that of the line ${there}`
  return { outcome: 'unchanged', id, slug, reason }
}

async function restoreArticle(tx: Writer, actor: Actor, line: ExactArticleLine): Promise<RestoreResult> {
  const previous = await tx.articles.find(line.id)
  const unchanged = previous && leftAlone(previous.version, line.version, line.id, previous.content.slug)
  if (unchanged) return unchanged
  const content = contentOf(line)
  const related = [...line.related]
  const shown = line.public === null ? null : (line.public.content ?? line)
  const [publicContent, publicRelated] = shown === null ? [null, []] : [contentOf(shown), [...shown.related]]
  const errors = await findReferenceFaults(tx, content)
  if (errors.length > 0)
    throw new Problem(
      'invalid-body',
      `The article refers to what is not here: ${errors.map((fault) => fault.pointer).join(', ')}.`,
      { errors },
    )
  const article = stateOf(line, content)
  for (const slug of new Set([content.slug, ...line.slugs.map((each) => each.slug)]))
    await claimSlug(tx, slug, line.id)
  const previousRelated = previous ? await tx.relatedLinks.listOf(line.id) : []
  await tx.together([
    previous ? tx.articles.update(previous, article) : tx.articles.insert(article),
    (related.length > 0 || previousRelated.length > 0) && tx.relatedLinks.replace(line.id, related),
    tx.slugs.remember(line.slugs.map((each) => ({ ...each, articleId: line.id }))),
    tx.oldPaths.remember(keptPathsOf(line.id, line.oldPaths)),
  ])
  if (publicContent !== null) {
    const going = {
      article: { ...article, content: publicContent, version: line.publishedVersion ?? line.version },
      related: publicRelated,
      updatedAt: line.public?.updatedAt,
    }
    await (previous === undefined ? makeNewPublic(tx, [going]) : makePublic(tx, going))
  } else if (line.gone !== null)
    await tx.publications.remove(line.id, line.gone.reason, line.gone.publicReason, line.gone.at)
  await keepRevisions(tx, line, { article, related, from: previous?.version ?? 0 })
  const isPublic = publicContent !== null || line.gone !== null
  await tellChange(tx, {
    type:
      publicContent !== null
        ? 'article.published'
        : line.gone === null
          ? 'article.updated'
          : goneTypes[line.gone.reason],
    subject: {
      type: 'article',
      id: line.id,
      slug: publicContent?.slug ?? line.slugs.at(-1)?.slug ?? content.slug,
    },
    actor,
    previous: previous ? loggedState({ article: previous, related: previousRelated }) : null,
    next: loggedState({ article, related }),
    version: line.version,
    details: { imported: 'copydesk' },
    ...(line.gone === null ? {} : { reason: line.gone.reason }),
    visibility: isPublic ? 'public' : 'hidden',
  })
  return { outcome: previous ? 'updated' : 'created', id: line.id, slug: content.slug, reason: null }
}

const goneTypes = { unpublished: 'article.unpublished', killed: 'article.killed' } as const

/** The blocks get the keys that they lack. */
function contentOf(line: SnapshotLine): ArticleContent {
  const { title, slug, subtitle, excerpt, language, sectionId, tagIds, authors, credit, source } = line
  const { externalIds, seo, embargoUntil, flags, custom, body } = line
  return {
    ...{ title, slug, subtitle, excerpt, language, sectionId, tagIds, authors, credit, source },
    ...{ externalIds, seo, embargoUntil, flags, custom },
    body: withKeys(body),
  }
}

function stateOf(line: ExactArticleLine, content: ArticleContent): StoredArticle {
  const { id, status, version, publishedVersion, firstPublishedAt, publishedAt, scheduledAt, unpublishAt } =
    line
  const { scheduledFrom, scheduledBy, scheduleProblem, corrections, trashedAt } = line
  const { createdAt, updatedAt, createdBy, updatedBy } = line
  const contentHash = hashOf({ ...content, related: line.related })
  const shown = line.public?.content
  return {
    ...{ id, status, version, publishedVersion, content, contentHash },
    publishedHash:
      shown === undefined
        ? line.public === null
          ? null
          : contentHash
        : hashOf({ ...contentOf(shown), related: shown.related }),
    ...{
      firstPublishedAt,
      publishedAt,
      scheduledAt,
      unpublishAt,
      scheduledFrom,
      scheduledBy,
      scheduleProblem,
    },
    ...{ corrections, trashedAt, createdAt, updatedAt, createdBy, updatedBy },
  }
}

interface Current {
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
  /** Versions up to this one are here. */
  readonly from: number
}

/** The revisions of the line, and always the current one. */
async function keepRevisions(
  tx: Writer,
  line: ExactArticleLine,
  { article, related, from }: Current,
): Promise<void> {
  const listed = line.revisions
    .filter(({ version }) => version > from && version <= line.version)
    .map(({ snapshot, ...revision }) => ({
      ...revision,
      articleId: line.id,
      snapshot: { ...contentOf(snapshot), related: snapshot.related },
    }))
  const own = {
    articleId: line.id,
    version: line.version,
    createdAt: line.updatedAt,
    createdBy: line.updatedBy,
    type:
      line.publishedVersion === line.version ? ('article.published' as const) : ('article.updated' as const),
    pinned: false,
    snapshot: { ...article.content, related },
  }
  const isListed = listed.some(({ version }) => version === line.version)
  await tx.revisions.append(isListed ? listed : [...listed, own])
}
