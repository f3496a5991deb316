import type { ArticleContent } from '../contract/article.ts'
import { fold } from '../contract/slug.ts'
import type { ArticleRow } from './article-lists.ts'
import type { StoredArticle, StoredSummary } from './articles.ts'

/** The article of a row, without its body. */
export function summary(row: ArticleRow, terms: Pick<ArticleContent, 'tagIds' | 'authors'>): StoredSummary {
  const { titleSort: _sort, createdByTokenId: _creator, adsAllowed, sensitive, ...columns } = row
  const {
    title,
    slug,
    subtitle,
    excerpt,
    language,
    sectionId,
    credit,
    source,
    externalIds,
    seo,
    embargoUntil,
    custom,
    ...state
  } = columns
  return {
    ...state,
    content: {
      title,
      slug,
      subtitle,
      excerpt,
      language,
      sectionId,
      ...terms,
      credit,
      source,
      externalIds,
      seo,
      embargoUntil,
      flags: { adsAllowed, sensitive },
      custom,
    },
  }
}

/** The article of a row, whole. */
export function stored(
  row: ArticleRow,
  rest: Pick<ArticleContent, 'tagIds' | 'authors' | 'body'>,
): StoredArticle {
  const { body, ...terms } = rest
  const { content, ...state } = summary(row, terms)
  return { ...state, content: { ...content, body } }
}

/** The row of an article; its body and terms have rows of their own. */
export function rowOf({ content, ...state }: StoredArticle): ArticleRow {
  const { body: _body, tagIds: _tagIds, authors: _authors, flags, ...columns } = content
  return {
    ...state,
    ...columns,
    ...flags,
    corrections: [...state.corrections],
    custom: { ...content.custom },
    externalIds: { ...content.externalIds },
    titleSort: fold(content.title),
    createdByTokenId: state.createdBy.tokenId,
  }
}
