import { fold } from '../contract/slug.ts'
import { hashOf } from '../editorial/content.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { articlePages, type InspectedArticle } from './article-pages.ts'
import type { Check, Trouble } from './check.ts'

/** What is kept beside the text of an article and follows from it, and the version that must be there. */
export const workingCopies: Check = {
  name: 'working copies',
  async *find({ reader }) {
    for await (const articles of articlePages(reader)) {
      const sorts = await reader.inspection.titleSortsOf(articles.map(({ id }) => id))
      for (const article of articles) yield* troublesOf(article, sorts.get(article.id))
    }
  },
}

function* troublesOf(inspected: InspectedArticle, titleSort: string | undefined): Generator<Trouble> {
  const { id, article, related, hasRevision } = inspected
  const { title, slug } = article.content
  const called = `the article ${id} (${slug})`
  const mending =
    (work: (tx: Writer, now: StoredArticle) => Promise<string | undefined>): Trouble['mend'] =>
    (db) =>
      db.write(async (tx) => {
        const now = await tx.articles.find(id)
        return now && work(tx, now)
      })
  if (titleSort !== fold(title))
    yield {
      what: `${called} is sorted by another title than it has`,
      mend: mending(async (tx, now) => {
        await tx.inspection.setTitleSort(id, fold(now.content.title))
        return 'sorted it by its title'
      }),
    }
  if (article.contentHash !== hashOf({ ...article.content, related }))
    yield {
      what: `${called} is not what was written down of it: what waits to be published is told wrongly`,
      mend: mending(async (tx, now) => {
        const contentHash = hashOf({ ...now.content, related: await tx.relatedLinks.listOf(id) })
        if (contentHash === now.contentHash) return undefined
        // What was never edited after it was published stays so.
        const publishedHash = now.publishedHash === now.contentHash ? contentHash : now.publishedHash
        await tx.inspection.setHashes(id, { contentHash, publishedHash })
        return 'wrote down what it is'
      }),
    }
  if (!hasRevision)
    yield {
      what: `${called} has no revision of its version ${article.version}`,
      mend: mending(async (tx, now) => {
        if ((await tx.revisions.find(id, now.version)) !== undefined) return undefined
        await tx.revisions.append([
          {
            articleId: id,
            version: now.version,
            createdAt: now.updatedAt,
            createdBy: now.updatedBy,
            type: now.publishedVersion === now.version ? 'article.published' : 'article.updated',
            pinned: false,
            snapshot: { ...now.content, related: await tx.relatedLinks.listOf(id) },
          },
        ])
        return 'kept it as it is'
      }),
    }
  const isPublic = article.status === 'published'
  if (isPublic !== (article.publishedVersion !== null))
    yield {
      what: `${called} is ${article.status} and ${isPublic ? 'has no' : 'has a'} published version; publish or unpublish it`,
    }
}
