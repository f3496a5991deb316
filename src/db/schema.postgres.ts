import { postgresTablesKit } from './kit.postgres.ts'
import { defineTables } from './tables.ts'

// drizzle-kit reads the exports of this file to write migrations/postgres.
export const {
  adPlacements,
  adSlots,
  articleAuthors,
  articleBodies,
  articles,
  articleTags,
  authors,
  changes,
  collectionItems,
  collections,
  creatives,
  goneArticles,
  idempotencyRecords,
  importSources,
  previewTokens,
  publishedArticleAuthors,
  publishedArticles,
  publishedArticleTags,
  publishedBodies,
  publishedRelatedLinks,
  relatedLinks,
  revisions,
  secrets,
  sections,
  slugHistory,
  slugs,
  tags,
  tokens,
} = defineTables(postgresTablesKit)
