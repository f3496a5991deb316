import { isDeepStrictEqual } from 'node:util'
import { systemActor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { fold } from '../contract/slug.ts'
import { tellChange } from '../editorial/change-log.ts'
import { makePublic, publicationOf } from '../editorial/publishing.ts'
import { withExistingTerms } from '../editorial/revisions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Reader, Writer } from '../store/index.ts'
import type { StoredPublication } from '../store/inspection.ts'
import { articlePages } from './article-pages.ts'
import type { Check } from './check.ts'

/** What the public sees, against what was published. */
export const publishedCopies: Check = {
  name: 'published copies',
  async *find({ reader }) {
    for await (const articles of articlePages(reader))
      for (const { id, article, related } of articles) {
        if (article.status !== 'published') continue
        const what = await faultOf(reader, article, related)
        if (what !== undefined)
          yield {
            what: `the article ${id} (${article.content.slug}) ${what.told}`,
            mend: what.isMendable ? (db) => db.write((tx) => publishAgain(tx, id)) : undefined,
          }
      }
    for (const { id, slug, status } of await reader.inspection.findStrayPublications())
      yield {
        what: `${slug} is public, and its article ${id} ${status === null ? 'is not there' : `is ${status}`}`,
        mend: (db) => db.write((tx) => takeBack(tx, id)),
      }
  },
}

/** What is read to compare. */
type Known = Pick<Reader, 'inspection' | 'revisions' | 'terms'>

interface Source {
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
  readonly at: string
}

interface Fault {
  readonly told: string
  readonly isMendable: boolean
}

async function faultOf(
  reader: Known,
  article: StoredArticle,
  related: readonly RelatedLink[],
): Promise<Fault | undefined> {
  const stored = await reader.inspection.findPublication(article.id)
  const source = await sourceOf(reader, article, related)
  if (stored === undefined)
    return { told: 'is published, and the public does not see it', isMendable: source !== undefined }
  // An archive may have been without that version: there is nothing to compare with.
  if (source === undefined) return undefined
  const wanted = publicationOf(source, stored.article.updatedAt)
  const differing = membersOf(stored, { ...wanted, titleSort: fold(wanted.article.title) })
  if (differing.length === 0) return undefined
  return { told: `is not public as it was published: ${differing.join(', ')} differ`, isMendable: true }
}

/** What was published of an article, as far as it is known, and when. */
async function sourceOf(
  reader: Known,
  article: StoredArticle,
  related: readonly RelatedLink[],
): Promise<Source | undefined> {
  const version = article.publishedVersion
  if (version === null) return undefined
  const revision = await reader.revisions.find(article.id, version)
  const at = revision?.createdAt ?? article.updatedAt
  if (article.contentHash === article.publishedHash) return { article: { ...article, version }, related, at }
  if (revision === undefined) return undefined
  const { related: links, ...content } = revision.snapshot
  return {
    article: { ...article, version, content: await withExistingTerms(reader, content) },
    related: links,
    at,
  }
}

/** The names of what is not the same. */
function membersOf(stored: StoredPublication, wanted: StoredPublication): string[] {
  const flat = ({ article, ...parts }: StoredPublication) => plain({ ...article, ...parts })
  const [one, other] = [flat(stored), flat(wanted)]
  return Object.keys(other).filter((name) => !isDeepStrictEqual(one[name], other[name]))
}

/** Without members that are undefined, and with those that are there as JSON has them. */
function plain(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}

async function publishAgain(tx: Writer, id: string): Promise<string | undefined> {
  const article = await tx.articles.find(id)
  if (article?.status !== 'published') return undefined
  const related = await tx.relatedLinks.listOf(id)
  if ((await faultOf(tx, article, related)) === undefined) return undefined
  const source = await sourceOf(tx, article, related)
  if (source === undefined) return undefined
  const stored = await tx.inspection.findPublication(id)
  await makePublic(tx, { ...source, updatedAt: stored?.article.updatedAt ?? source.at })
  await tell(tx, 'article.published', { id, slug: source.article.content.slug })
  return `made it public as it was published, in version ${source.article.version}`
}

async function takeBack(tx: Writer, id: string): Promise<string | undefined> {
  const article = await tx.articles.find(id)
  if (article?.status === 'published') return undefined
  const reason = article?.status === 'killed' ? 'killed' : 'unpublished'
  const slug = await tx.publications.remove(id, reason, null)
  if (slug === undefined) return undefined
  await tell(tx, `article.${reason}`, { id, slug }, reason)
  return 'took it back'
}

/** What the public sees is another than before. */
function tell(
  tx: Writer,
  type: 'article.published' | 'article.unpublished' | 'article.killed',
  { id, slug }: { readonly id: string; readonly slug: string },
  reason?: 'unpublished' | 'killed',
): Promise<void> {
  return tellChange(tx, {
    type,
    subject: { type: 'article', id, slug },
    actor: systemActor,
    previous: null,
    next: null,
    reason,
    visibility: 'public',
  })
}
