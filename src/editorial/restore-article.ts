import type { ArticleContent } from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import type { ArchivedArticle } from '../contract/export-article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { tellChange } from './change-log.ts'
import { hashOf } from './content.ts'
import { makeNewPublic, makePublic } from './publishing.ts'
import { findReferenceFaults } from './references.ts'
import { restoreOldPaths } from './restore-old-paths.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'
import { contentOfLine } from './restored-content.ts'
import { claimSlug } from './slugs.ts'
import { loggedState } from './versions.ts'

export const goneTypes = { unpublished: 'article.unpublished', killed: 'article.killed' } as const

/** Restores an article with all that hangs on it. Throws `slug-taken`, `invalid-body`. */
export async function restoreArticle(
  tx: Writer,
  actor: Actor,
  line: ArchivedArticle,
): Promise<RestoreResult> {
  const previous = await tx.articles.find(line.id)
  const content = contentOfLine(line)
  const article = stateOf(line, content)
  const kept = keptAsItIs(previous && stateOnly(previous), stateOnly(article), previous?.content.slug)
  if (kept) return kept
  const related = [...line.related]
  const shown = line.public === null ? null : (line.public.content ?? line)
  await checkReferences(tx, [content, ...(shown === null || shown === line ? [] : [contentOfLine(shown)])])
  for (const slug of new Set([
    content.slug,
    ...(shown === null ? [] : [shown.slug]),
    ...line.slugs.map((each) => each.slug),
  ]))
    await claimSlug(tx, slug, line.id)
  const previousRelated = previous ? await tx.relatedLinks.listOf(line.id) : []
  await tx.together([
    previous ? tx.articles.update(previous, article) : tx.articles.insert(article),
    (related.length > 0 || previousRelated.length > 0) && tx.relatedLinks.replace(line.id, related),
    tx.slugs.remember(line.slugs.map((each) => ({ ...each, articleId: line.id }))),
  ])
  if (previous && previous.content.slug !== content.slug)
    await tx.slugs.release(previous.content.slug, line.id)
  const losses = [
    ...(await restoreOldPaths(tx, line.id, line.oldPaths)).losses,
    ...(await restoreSources(tx, line)),
  ]
  if (shown !== null) {
    const going = {
      article: { ...article, content: contentOfLine(shown), version: line.publishedVersion ?? line.version },
      related: shown.related,
      updatedAt: line.public?.updatedAt,
    }
    // One that was deleted for good here may have been public.
    const isNew = previous === undefined && !(await tx.articleReferences.isGone(line.id))
    await (isNew ? makeNewPublic(tx, [going]) : makePublic(tx, going))
  }
  if (line.gone !== null && shown === null)
    await tx.publications.remove(line.id, line.gone.reason, line.gone.publicReason, line.gone.at)
  await restoreAdPause(tx, line)
  await keepRevisions(tx, line, { article, related, from: previous?.version ?? 0 })
  await tellChange(tx, {
    type:
      shown !== null
        ? 'article.published'
        : line.gone === null
          ? 'article.updated'
          : goneTypes[line.gone.reason],
    subject: {
      type: 'article',
      id: line.id,
      slug: shown?.slug ?? line.slugs.at(-1)?.slug ?? content.slug,
    },
    actor,
    previous: previous ? loggedState({ article: previous, related: previousRelated }) : null,
    next: loggedState({ article, related }),
    version: line.version,
    details: { imported: 'copydesk' },
    ...(line.gone === null ? {} : { reason: line.gone.reason }),
    visibility: shown !== null || line.gone !== null ? 'public' : 'hidden',
  })
  return { ...restoredAs(previous, line.id, content.slug), losses }
}

/** By which versions of one number are told apart. */
function stateOnly({ content: _content, ...state }: StoredArticle) {
  return state
}

async function checkReferences(tx: Writer, contents: readonly ArticleContent[]): Promise<void> {
  for (const content of contents) {
    const errors = await findReferenceFaults(tx, content)
    if (errors.length > 0)
      throw new Problem(
        'invalid-body',
        `The article refers to what is not here: ${errors.map((fault) => fault.pointer).join(', ')}.`,
        { errors },
      )
  }
}

/** What other systems know it by; an id that another article here has stays that one's. */
async function restoreSources(tx: Writer, { id, importedFrom }: ArchivedArticle): Promise<string[]> {
  const losses: string[] = []
  for (const source of importedFrom) {
    const known = await tx.importSources.find(source.system, source.externalId)
    if (known === undefined || known.articleId === id)
      await tx.importSources.put([{ ...source, articleId: id }])
    else
      losses.push(
        `that it was imported from ${source.system} as ${source.externalId}: so was another article here`,
      )
  }
  return losses
}

async function restoreAdPause(tx: Writer, { id, adPause }: ArchivedArticle): Promise<void> {
  const isPaused = (await tx.adPauses.find(id)) !== undefined
  if (adPause !== null && !isPaused) await tx.adPauses.insert({ articleId: id, ...adPause })
  if (adPause === null && isPaused) await tx.adPauses.remove(id)
}

function stateOf(line: ArchivedArticle, content: ArticleContent): StoredArticle {
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
        : hashOf({ ...contentOfLine(shown), related: shown.related }),
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
  line: ArchivedArticle,
  { article, related, from }: Current,
): Promise<void> {
  const listed = line.revisions
    .filter(({ version }) => version > from && version <= line.version)
    .map(({ snapshot, ...revision }) => ({
      ...revision,
      articleId: line.id,
      snapshot: { ...contentOfLine(snapshot), related: snapshot.related },
    }))
  const type = line.publishedVersion === line.version ? 'article.published' : 'article.updated'
  const own = {
    articleId: line.id,
    version: line.version,
    ...(line.revision ?? { createdAt: line.updatedAt, createdBy: line.updatedBy, type, pinned: false }),
    snapshot: { ...article.content, related },
  }
  const isListed = listed.some(({ version }) => version === line.version)
  await tx.revisions.append(isListed ? listed : [...listed, own])
}
