import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Reader } from '../store/index.ts'

/** A working copy with what is looked at of it. */
export interface InspectedArticle {
  readonly id: string
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
  /** Whether its current version is among the revisions. */
  readonly hasRevision: boolean
  /** When what is public of it was written; null where nothing is. */
  readonly publicSince: string | null
}

/** Texts have up to 5 MiB each. */
const articlesAtOnce = 8

/** Every article with its text, by id; few at a time. */
export async function* articlePages({ exports }: Reader): AsyncGenerator<InspectedArticle[]> {
  let after: string | undefined = ''
  while (after !== undefined) {
    const page: Awaited<ReturnType<typeof exports.listArticles>> = await exports.listArticles(
      after,
      articlesAtOnce,
    )
    const bodies = await exports.bodiesOf(page.map(({ article }) => article.id))
    if (page.length > 0)
      yield page.map(({ article, related, revision, publicSince }) => ({
        id: article.id,
        article: {
          ...article,
          content: { ...article.content, body: bodies.get(article.id)?.value ?? [] },
        },
        related,
        hasRevision: revision !== null,
        publicSince,
      }))
    after = page.at(-1)?.article.id
  }
}
