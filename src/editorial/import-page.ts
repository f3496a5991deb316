import { createHash } from 'node:crypto'
import { v7 as newId } from 'uuid'
import type { ArticleInput } from '../contract/article.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { slugOf } from '../contract/slug.ts'
import type { PlainTextPage } from '../importers/plain-text-page.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { draftArticle } from './articles.ts'
import type { SiteSettings } from './content.ts'
import { recordImported, updateImported } from './imported-version.ts'
import { replacePlacements } from './page-placements.ts'
import { asPublished, makeNewPublic, publishArticle } from './publishing.ts'

/** The name under which imported pages are remembered. */
const system = 'page'

export type ImportOutcome = 'created' | 'updated' | 'unchanged'

/** Why what was to be published was not: what editors did, or what the source says of it. */
export type Withheld =
  | 'embargoed'
  | 'unpublished'
  | 'killed'
  | 'trashed'
  | 'scheduled'
  | 'draft'
  | 'pending'
  | 'private'

export interface ImportResult {
  /** `failed` for what would overwrite another article: `articleId` is that of the other. */
  readonly outcome: ImportOutcome | 'failed'
  readonly articleId: string
  readonly slug: string
  /** Null when it was published, or was not to be. */
  readonly withheld: Withheld | null
  /** Why it failed or was left alone, where nothing else says so. */
  readonly reason?: string
  /** What of it could not be kept, beside what could not be read. */
  readonly losses?: readonly string[]
}

interface ImportOptions extends SiteSettings {
  readonly actor: Actor
  readonly publish: boolean
}

/**
 * A page has no id of its own: its title is what it is known by. Two pages of one title are one article, the
 * later being its newer version.
 */
export function pageIdentity(page: PlainTextPage): string {
  return slugOf(page.title) || page.title
}

/**
 * Brings a page in, whole, as one write: the article with its links, and its ad placements. The same page again
 * changes nothing, whatever editors did to the article since; a changed page becomes a new version. An article
 * under embargo, or that an editor took back, is not published, and one in the trash is left alone.
 */
export async function importPage(
  tx: Writer,
  page: PlainTextPage,
  { publish, actor, siteLanguage }: ImportOptions,
): Promise<ImportResult> {
  const externalId = pageIdentity(page)
  const sourceHash = createHash('sha256').update(JSON.stringify(page)).digest('hex')
  const known = await tx.importSources.find(system, externalId)
  const previous = known && (await tx.articles.get(known.articleId))
  if (previous && (previous.trashedAt !== null || previous.status === 'killed')) {
    const { id: articleId, trashedAt, content } = previous
    const withheld = trashedAt === null ? 'killed' : 'trashed'
    return { outcome: 'unchanged', articleId, slug: content.slug, withheld }
  }
  const withheld = publish && previous ? withheldFrom(previous, tx.now) : null
  const goesPublic = publish && withheld === null
  if (known && previous && known.sourceHash === sourceHash) {
    const { id: articleId, publishedVersion } = previous
    const { slug } = previous.content
    if (!goesPublic || publishedVersion !== null) return { outcome: 'unchanged', articleId, slug, withheld }
    // The page is the same: what editors made of it since is what goes public.
    await publishArticle(tx, actor, articleId, 'any', {})
    return { outcome: 'updated', articleId, slug, withheld }
  }

  const settings = { publish: goesPublic, actor, siteLanguage }
  const article = previous
    ? await updateFromPage(tx, previous, page, settings)
    : await createFromPage(tx, page, settings)
  const visibility = article.publishedVersion === null ? 'hidden' : 'public'
  const placementIds = await replacePlacements(tx, article.id, page.placements, known?.placementIds ?? [], {
    actor,
    visibility,
  })
  const { id: articleId } = article
  await tx.importSources.put([
    { system, externalId, articleId, sourceHash, placementIds, importedAt: tx.now, edition: null },
  ])
  return {
    outcome: previous ? 'updated' : 'created',
    articleId: article.id,
    slug: article.content.slug,
    withheld,
  }
}

/** An import overrules neither an embargo nor an editor who took the article back or planned it. */
function withheldFrom(article: StoredArticle, now: string): Withheld | null {
  const { embargoUntil } = article.content
  const { status } = article
  if (status === 'unpublished' || status === 'killed' || status === 'scheduled') return status
  return embargoUntil !== null && embargoUntil > now ? 'embargoed' : null
}

async function createFromPage(
  tx: Writer,
  page: PlainTextPage,
  { publish, actor, siteLanguage }: ImportOptions,
): Promise<StoredArticle> {
  const related = linksOf(page, [])
  const input: ArticleInput = { title: page.title, body: page.body, source: page.source }
  const { article: draft, taking } = await draftArticle(tx, actor, input, related, { siteLanguage })
  await taking
  const article = publish ? asPublished(draft, tx.now) : draft
  await tx.articles.insert(article)
  await tx.relatedLinks.replace(article.id, related)
  if (publish) await makeNewPublic(tx, [{ article, related }])
  await recordImported(tx, [{ previous: null, article, related, system, publish }], actor)
  return article
}

async function updateFromPage(
  tx: Writer,
  previous: StoredArticle,
  page: PlainTextPage,
  { publish, actor, siteLanguage }: ImportOptions,
): Promise<StoredArticle> {
  const previousRelated = await tx.relatedLinks.listOf(previous.id)
  const related = linksOf(page, previousRelated)
  const patch = { title: page.title, body: page.body, source: page.source }
  return updateImported(
    tx,
    { article: previous, related: previousRelated },
    { patch, related },
    { actor, system, publish, siteLanguage, publishedAt: null },
  )
}

/** The links of the page, in order; one that was there before, by its title, keeps its id. */
function linksOf(page: PlainTextPage, previous: readonly RelatedLink[]): RelatedLink[] {
  const unused = [...previous]
  return page.related.map(({ title, excerpt }, index) => {
    const same = unused.findIndex((link) => link.title === title)
    const [kept] = same === -1 ? [] : unused.splice(same, 1)
    return {
      id: kept?.id ?? newId(),
      kind: kept?.kind ?? 'related',
      position: index + 1,
      title,
      excerpt,
      url: kept?.url ?? null,
      articleId: kept?.articleId ?? null,
    }
  })
}
