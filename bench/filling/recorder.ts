import { Problem } from '../../src/contract/errors.ts'
import type { RelatedLink } from '../../src/contract/related-link.ts'
import { numberedSlug } from '../../src/contract/slug.ts'
import { together } from '../../src/db/statement.ts'
import { rowOf, stored } from '../../src/store/article-rows.ts'
import type { StoredArticle } from '../../src/store/articles.ts'
import type { NewChange } from '../../src/store/changes.ts'
import type { Writer } from '../../src/store/index.ts'
import type { Publication } from '../../src/store/publications.ts'
import { facetsOf as publishedFacetsOf } from '../../src/store/published-facets.ts'
import type { Revision } from '../../src/store/revisions.ts'

/** All that the database is to have of one article. */
export interface RecordedArticle {
  article: StoredArticle
  related: readonly RelatedLink[]
  readonly revisions: Revision[]
  publication?: Publication
  /** When its slug was first public. */
  slugSince?: string
  gone?: { reason: 'unpublished' | 'killed'; publicReason: string | null; at: string }
}

type AdsWriter = Writer['ads']

/** What the editorial verbs have written and no database has yet. */
export interface Recording {
  readonly articles: Map<string, RecordedArticle>
  readonly changes: (NewChange & { readonly at: string })[]
  readonly slots: Parameters<AdsWriter['insertSlot']>[0][]
  readonly creatives: Parameters<AdsWriter['insertCreative']>[0][]
  readonly placements: Parameters<AdsWriter['insertPlacement']>[0][]
  /** By how many the published articles of a facet have become more. */
  readonly counts: Map<string, number>
}

export function emptyRecording(): Recording {
  return { articles: new Map(), changes: [], slots: [], creatives: [], placements: [], counts: new Map() }
}

/** What is in the database, or will be, and is asked for. */
export interface Known {
  readonly termIds: ReadonlySet<string>
  /** Of articles that links may be made to. */
  readonly articleIds: ReadonlySet<string>
  /** Every slug that is taken; the recorder adds its own. */
  readonly slugs: Set<string>
  /** The last number of each slug that several articles wanted. */
  readonly numbered: Map<string, number>
  readonly slots: Awaited<ReturnType<AdsWriter['listSlots']>>
  /** The ids of text creatives by their text. */
  readonly creatives: Map<string, string>
}

/**
 * A transaction for the program's own editorial verbs that writes into memory: what they make is then inserted many
 * articles at a time. It has of a writer what those verbs use that make, relate, patch, publish, correct and withdraw
 * articles and place their ads.
 */
export function recordingWriter(recording: Recording, known: Known, now: string): Writer {
  const get = (id: string): RecordedArticle => {
    const found = recording.articles.get(id)
    if (!found) throw new Problem('not-found', 'The article is not in the recording.')
    return found
  }
  const count = (publication: Publication | undefined, by: 1 | -1) => {
    if (!publication) return
    for (const facet of facetsOf(publication))
      recording.counts.set(facet, (recording.counts.get(facet) ?? 0) + by)
  }
  const articles: Pick<Writer['articles'], 'get' | 'existing' | 'insert' | 'update'> = {
    // As it would be read again: the order of members is kept in what is made of it.
    async get(id) {
      const { article } = get(id)
      const { tagIds, authors, body } = article.content
      return stored(rowOf(article), { tagIds, authors, body })
    },
    existing: async (ids) => new Set(ids.filter((id) => known.articleIds.has(id))),
    async insert(article) {
      recording.articles.set(article.id, { article, related: [], revisions: [] })
    },
    async update(_previous, article) {
      get(article.id).article = article
    },
  }
  const relatedLinks: Pick<Writer['relatedLinks'], 'listOf' | 'replace'> = {
    // Their members are in the order of the columns, as they would be read.
    listOf: async (id) =>
      get(id).related.map(({ id: linkId, position, kind, title, excerpt, url, articleId }) => {
        return { id: linkId, position, kind, title, excerpt, url, articleId }
      }),
    async replace(id, links) {
      get(id).related = links
    },
  }
  const publications: Omit<Writer['publications'], 'putNew'> = {
    async put(publication) {
      const recorded = get(publication.article.id)
      count(recorded.publication, -1)
      count(publication, 1)
      recorded.publication = publication
      delete recorded.gone
    },
    async correct(id, corrections) {
      const recorded = get(id)
      const { publication } = recorded
      if (!publication) return undefined
      const article = { ...publication.article, corrections: [...corrections] }
      recorded.publication = { ...publication, article }
      return article.slug
    },
    async remove(id, reason, publicReason) {
      const recorded = get(id)
      const slug = recorded.publication?.article.slug
      count(recorded.publication, -1)
      delete recorded.publication
      recorded.gone = { reason, publicReason, at: now }
      return slug
    },
  }
  const slugs: Pick<Writer['slugs'], 'reserve' | 'findFree' | 'remember'> = {
    async reserve(slug) {
      if (known.slugs.has(slug)) return false
      known.slugs.add(slug)
      return true
    },
    async findFree(slug) {
      let number = (known.numbered.get(slug) ?? 1) + 1
      while (known.slugs.has(numberedSlug(slug, number))) number += 1
      known.numbered.set(slug, number)
      return numberedSlug(slug, number)
    },
    async remember(slugs) {
      for (const { articleId } of slugs) get(articleId).slugSince ??= now
    },
  }
  const ads: Pick<
    AdsWriter,
    'listPlacements' | 'listSlots' | 'findTextCreative' | 'insertSlot' | 'insertCreative' | 'insertPlacement'
  > = {
    listPlacements: async () => [],
    listSlots: async () => known.slots,
    async findTextCreative(title) {
      const id = known.creatives.get(title)
      return id === undefined ? undefined : { id }
    },
    async insertSlot(slot) {
      known.slots.push({ ...slot, afterBlock: slot.afterBlock ?? null })
      recording.slots.push(slot)
    },
    async insertCreative(creative) {
      known.creatives.set(creative.title, creative.id)
      recording.creatives.push(creative)
    },
    async insertPlacement(placement) {
      recording.placements.push(placement)
    },
  }
  const terms: Pick<Writer['terms'], 'existing'> = {
    existing: async (_kind, ids) => new Set(ids.filter((id) => known.termIds.has(id))),
  }
  const revisions: Pick<Writer['revisions'], 'append'> = {
    async append(revisions) {
      for (const revision of revisions) get(revision.articleId).revisions.push(revision)
    },
  }
  const changes: Pick<Writer['changes'], 'append'> = {
    async append(changes) {
      recording.changes.push(...changes.map((change) => ({ ...change, at: now })))
    },
  }
  const tx = { now, together, articles, relatedLinks, publications, slugs, ads, terms, revisions, changes }
  // A verb that wants more fails at once.
  return tx as unknown as Writer
}

/** What a published article is found under. */
export function facetsOf({ article, tagIds, authors }: Publication): Set<string> {
  const authorIds = authors.map(({ authorId }) => authorId)
  return publishedFacetsOf({ ...article, sectionId: article.sectionId ?? null, tagIds, authorIds })
}
