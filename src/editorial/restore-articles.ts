import type { ArticleContent } from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import type { ArchivedArticle } from '../contract/export-article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { ImportSource } from '../store/import-sources.ts'
import type { Writer } from '../store/index.ts'
import type { Revision } from '../store/revisions.ts'
import type { SlugOfArticle } from '../store/slugs.ts'
import { type Told, tellChanges } from './change-log.ts'
import { hashOf } from './content.ts'
import { type Going, makeNewPublic, makePublic } from './publishing.ts'
import { findReferenceFaults } from './references.ts'
import { restoreOldPaths } from './restore-old-paths.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'
import { contentOfLine } from './restored-content.ts'
import { claimSlugs } from './slugs.ts'
import { loggedState, type Version } from './versions.ts'

export const goneTypes = { unpublished: 'article.unpublished', killed: 'article.killed' } as const

interface Shown {
  readonly content: ArticleContent
  readonly related: readonly RelatedLink[]
}

/** An article that is to be as its line says. */
interface Restored {
  readonly line: ArchivedArticle
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
  /** What the public sees. */
  readonly shown: Shown | null
  /** What is here. */
  readonly previous: Version | null
}

/**
 * Restores articles with all that hangs on them, table by table. Answers in order. Throws `slug-taken`, `invalid-body`.
 */
export async function restoreArticles(
  tx: Writer,
  actor: Actor,
  lines: readonly ArchivedArticle[],
): Promise<RestoreResult[]> {
  const known = await tx.articles.versionsOf(lines.map(({ id }) => id))
  const all: Restored[] = []
  const results: RestoreResult[] = []
  for (const line of lines) {
    const here = known.has(line.id) ? await tx.articles.find(line.id) : undefined
    const content = contentOfLine(line)
    const shown = shownOf(line, content)
    const article = stateOf(line, content, shown)
    const kept = keptAsItIs(here && stateOnly(here), stateOnly(article), here?.content.slug)
    results.push(kept ?? restoredAs(here, line.id, content.slug))
    if (kept) continue
    const previous = here ? { article: here, related: await tx.relatedLinks.listOf(here.id) } : null
    all.push({ line, article, related: line.related, shown, previous })
  }
  if (all.length === 0) return results
  const lost = await writeArticles(tx, actor, all)
  return results.map((result) => ({ ...result, losses: lost(result.id) }))
}

/** Answers what could not be restored of an article. */
async function writeArticles(
  tx: Writer,
  actor: Actor,
  all: readonly Restored[],
): Promise<(id: string) => readonly string[]> {
  const lines = all.map(({ line }) => line)
  await checkReferences(
    tx,
    all.flatMap(({ article, shown }) => [article.content, ...(shown === null ? [] : [shown.content])]),
  )
  await claimSlugs(tx, all.flatMap(slugsOf))
  const added = all.filter(({ previous }) => previous === null)
  await tx.together([
    tx.articles.insertAll(added.map(({ article }) => article)),
    tx.relatedLinks.insertAll(added.map(({ line, related }) => ({ articleId: line.id, links: related }))),
    ...all.map((one) => one.previous && replaceArticle(tx, one.article, one.related, one.previous)),
    tx.slugs.remember(lines.flatMap(({ id, slugs }) => slugs.map((each) => ({ ...each, articleId: id })))),
  ])
  const { losses } = await restoreOldPaths(tx, lines)
  const sourceLosses = await restoreSources(tx, lines)
  await restorePublic(tx, all)
  for (const { line, previous } of all) await restoreAdPause(tx, line, previous !== null)
  await tx.revisions.append(all.flatMap(revisionsOf))
  await tellChanges(
    tx,
    all.map((one) => changeOf(one, actor)),
  )
  return (id) => [...(losses.get(id) ?? []), ...(sourceLosses.get(id) ?? [])]
}

function slugsOf({ line, article, shown }: Restored): SlugOfArticle[] {
  const slugs = [
    article.content.slug,
    ...(shown === null ? [] : [shown.content.slug]),
    ...line.slugs.map((each) => each.slug),
  ]
  return [...new Set(slugs)].map((slug) => ({ slug, articleId: line.id }))
}

async function replaceArticle(
  tx: Writer,
  article: StoredArticle,
  related: readonly RelatedLink[],
  { article: previous }: Version,
): Promise<void> {
  await tx.together([tx.articles.update(previous, article), tx.relatedLinks.replace(article.id, related)])
  const { slug } = previous.content
  if (slug !== article.content.slug) await tx.slugs.release(slug, article.id)
}

async function restorePublic(tx: Writer, all: readonly Restored[]): Promise<void> {
  // One that was deleted for good here may have been public.
  const gone = await tx.articleReferences.goneOf(all.map(({ line }) => line.id))
  const goingNew: Going[] = []
  for (const { line, article, shown, previous } of all) {
    if (shown === null) {
      if (line.gone !== null)
        await tx.publications.remove(line.id, line.gone.reason, line.gone.publicReason, line.gone.at)
      continue
    }
    const going = {
      article: { ...article, content: shown.content, version: line.publishedVersion ?? line.version },
      related: shown.related,
      updatedAt: line.public?.updatedAt,
    }
    if (previous === null && !gone.has(line.id)) goingNew.push(going)
    else await makePublic(tx, going)
  }
  await makeNewPublic(tx, goingNew)
}

function changeOf({ line, article, related, shown, previous }: Restored, actor: Actor): Told<'article'> {
  const goneType = line.gone === null ? 'article.updated' : goneTypes[line.gone.reason]
  return {
    type: shown === null ? goneType : 'article.published',
    subject: {
      type: 'article',
      id: line.id,
      slug: shown?.content.slug ?? line.slugs.at(-1)?.slug ?? article.content.slug,
    },
    actor,
    previous: previous && loggedState(previous),
    next: loggedState({ article, related }),
    version: line.version,
    details: { imported: 'copydesk' },
    ...(line.gone === null ? {} : { reason: line.gone.reason }),
    visibility: shown !== null || line.gone !== null ? 'public' : 'hidden',
  }
}

/** By which versions of one number are told apart. */
function stateOnly({ content: _content, ...state }: StoredArticle) {
  return state
}

async function checkReferences(tx: Writer, contents: readonly ArticleContent[]): Promise<void> {
  const errors = await findReferenceFaults(tx, ...contents)
  if (errors.length > 0)
    throw new Problem(
      'invalid-body',
      `The article refers to what is not here: ${errors.map((fault) => fault.pointer).join(', ')}.`,
      { errors },
    )
}

/**
 * What other systems know articles by; an id that another article here has stays that one's. Answers, by article, what was
 * not restored.
 */
async function restoreSources(tx: Writer, lines: readonly ArchivedArticle[]): Promise<Map<string, string[]>> {
  const sources = lines.flatMap(({ id, importedFrom }) =>
    importedFrom.map((source) => ({ ...source, articleId: id })),
  )
  const nameOf = ({ system, externalId }: ImportSource) => `${system}\n${externalId}`
  const owners = new Map<string, string>()
  for (const system of new Set(sources.map((source) => source.system))) {
    const ids = sources.filter((source) => source.system === system).map(({ externalId }) => externalId)
    for (const known of await tx.importSources.findAll(system, ids))
      owners.set(nameOf(known), known.articleId)
  }
  const losses = new Map<string, string[]>()
  const kept = new Map<string, ImportSource>()
  for (const source of sources) {
    const { articleId, system, externalId } = source
    const owner = owners.get(nameOf(source)) ?? articleId
    owners.set(nameOf(source), owner)
    if (owner === articleId) kept.set(nameOf(source), source)
    else
      losses.set(articleId, [
        ...(losses.get(articleId) ?? []),
        `that it was imported from ${system} as ${externalId}: so was another article here`,
      ])
  }
  await tx.importSources.put([...kept.values()])
  return losses
}

async function restoreAdPause(
  tx: Writer,
  { id, adPause }: ArchivedArticle,
  mayBePaused: boolean,
): Promise<void> {
  const isPaused = mayBePaused && (await tx.adPauses.find(id)) !== undefined
  if (adPause !== null && !isPaused) await tx.adPauses.insert({ articleId: id, ...adPause })
  if (adPause === null && isPaused) await tx.adPauses.remove(id)
}

function shownOf(line: ArchivedArticle, content: ArticleContent): Shown | null {
  if (line.public === null) return null
  const other = line.public.content
  if (other === undefined) return { content, related: line.related }
  return { content: contentOfLine(other), related: other.related }
}

function stateOf(line: ArchivedArticle, content: ArticleContent, shown: Shown | null): StoredArticle {
  const { id, status, version, publishedVersion, firstPublishedAt, publishedAt, scheduledAt, unpublishAt } =
    line
  const { scheduledFrom, scheduledBy, scheduleProblem, corrections, trashedAt } = line
  const { createdAt, updatedAt, createdBy, updatedBy } = line
  const contentHash = hashOf({ ...content, related: line.related })
  return {
    ...{ id, status, version, publishedVersion, content, contentHash },
    publishedHash:
      shown === null
        ? null
        : shown.content === content
          ? contentHash
          : hashOf({ ...shown.content, related: shown.related }),
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

/** The revisions of the line that are not here, and always the current one. */
function revisionsOf({ line, article, related, previous }: Restored): Revision[] {
  const from = previous?.article.version ?? 0
  const listed = line.revisions
    .filter(({ version }) => version > from && version <= line.version)
    .map(({ snapshot, ...revision }) => ({
      ...revision,
      articleId: line.id,
      snapshot: { ...contentOfLine(snapshot), related: snapshot.related },
    }))
  if (listed.some(({ version }) => version === line.version)) return listed
  const type = line.publishedVersion === line.version ? 'article.published' : 'article.updated'
  const own = line.revision ?? { createdAt: line.updatedAt, createdBy: line.updatedBy, type, pinned: false }
  const snapshot = { ...article.content, related }
  return [...listed, { articleId: line.id, version: line.version, ...own, snapshot }]
}
