import { withKeys } from '../body/keys.ts'
import type { ArticleContent } from '../contract/article.ts'
import type { ArchivedContent } from '../contract/export-article.ts'

/** The content of a line of our own archive. The blocks get the keys that they lack; the order of members stays. */
export function contentOfLine<Line extends ArchivedContent>(line: Line): ArticleContent {
  const members = Object.entries(line).filter(([name]) => contentMembers.has(name))
  const content = Object.fromEntries(members) as Omit<ArchivedContent, 'related'>
  return { ...content, body: withKeys(content.body) }
}

const contentMembers: ReadonlySet<string> = new Set<keyof ArticleContent>([
  ...(['title', 'slug', 'subtitle', 'excerpt', 'language', 'sectionId', 'tagIds', 'authors'] as const),
  ...(['credit', 'source', 'externalIds', 'seo', 'embargoUntil', 'flags', 'custom', 'body'] as const),
])
