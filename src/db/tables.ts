import { sql } from 'drizzle-orm'
import type { AdGoal, AdPlace, AdPriority, AdScopeType, AdStatus, CreativeFormat } from '../contract/ad.ts'
import { never } from '../contract/ad-window.ts'
import type {
  ActorReference,
  ArticleSeo,
  ArticleSnapshot,
  ArticleSource,
  ArticleStatus,
  Correction,
  GoneReason,
  ScheduleProblem,
} from '../contract/article.ts'
import type { ChangePayload, ChangeSubject, ChangeType } from '../contract/change.ts'
import type { ImportCounts, ImportOptions, ImportProblem, ImportStatus } from '../contract/import-job.ts'
import type { Role } from '../contract/permissions.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedKind } from '../contract/related-link.ts'
import type { SellerEntry, SellerKind } from '../contract/seller-entry.ts'
import type { Kit } from './kit.sqlite.ts'

/**
 * Every table, once, for both databases. The working copy (`articles` and what hangs on it) and what the
 * public sees (`published_*`) are different tables: delivery reads the second alone.
 *
 * Bodies have tables of their own, so that no list ever reads them. No column that a list sorts by is nullable.
 */
export function defineTables(kit: Kit) {
  const { table, text, int, bool, json, instant, bytes, serial, index, uniqueIndex, primaryKey } = kit

  /** Columns that sections, tags and authors share. */
  const taxonomyColumns = () => ({
    id: text('id').primaryKey(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    version: int('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  })
  const sections = table('sections', taxonomyColumns(), (t) => [uniqueIndex('sections_slug').on(t.slug)])
  const tags = table('tags', taxonomyColumns(), (t) => [uniqueIndex('tags_slug').on(t.slug)])
  const authors = table('authors', taxonomyColumns(), (t) => [uniqueIndex('authors_slug').on(t.slug)])

  const articles = table(
    'articles',
    {
      id: text('id').primaryKey(),
      status: text('status').$type<ArticleStatus>().notNull(),
      version: int('version').notNull(),
      publishedVersion: int('published_version'),
      slug: text('slug').notNull(),
      title: text('title').notNull(),
      titleSort: text('title_sort').notNull(),
      subtitle: text('subtitle'),
      /** Null when it is derived from the body. */
      excerpt: text('excerpt'),
      language: text('language').notNull(),
      sectionId: text('section_id').references(() => sections.id),
      credit: text('credit'),
      source: json<ArticleSource>('source'),
      externalIds: json<Record<string, string>>('external_ids').notNull(),
      seo: json<ArticleSeo>('seo').notNull(),
      embargoUntil: instant('embargo_until'),
      adsAllowed: bool('ads_allowed').notNull(),
      sensitive: bool('sensitive').notNull(),
      custom: json<Record<string, unknown>>('custom').notNull(),
      /** SHA-256 of the content as it is and as it was last published: equal when nothing waits to be published. */
      contentHash: text('content_hash').notNull(),
      publishedHash: text('published_hash'),
      firstPublishedAt: instant('first_published_at'),
      publishedAt: instant('published_at'),
      scheduledAt: instant('scheduled_at'),
      unpublishAt: instant('unpublish_at'),
      /** The state before it was scheduled; null unless the status is `scheduled`. */
      scheduledFrom: text('scheduled_from').$type<ArticleStatus>(),
      /** Who made the schedule: in their name it is carried out. */
      scheduledBy: json<ActorReference>('scheduled_by'),
      scheduleProblem: text('schedule_problem').$type<ScheduleProblem>(),
      corrections: json<Correction[]>('corrections').notNull().default([]),
      trashedAt: instant('trashed_at'),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      createdBy: json<ActorReference>('created_by').notNull(),
      updatedBy: json<ActorReference>('updated_by').notNull(),
      /** The token of `createdBy`, to find somebody's articles by. */
      createdByTokenId: text('created_by_token_id'),
    },
    (t) => [
      index('articles_updated').on(t.updatedAt, t.id),
      index('articles_status').on(t.status, t.updatedAt, t.id),
      index('articles_section').on(t.sectionId, t.updatedAt, t.id),
      index('articles_creator').on(t.createdByTokenId, t.updatedAt, t.id),
      index('articles_language').on(t.language, t.updatedAt, t.id),
      // The trash alone, by when it was thrown away and as a list has it. Over all articles, those that are not in
      // the trash would look as if they were few.
      index('articles_trashed').on(t.trashedAt, t.id).where(sql`trashed_at is not null`),
      index('articles_trash_updated').on(t.updatedAt, t.id).where(sql`trashed_at is not null`),
      // What waits to be published: a list looks for it with the same condition.
      index('articles_changed')
        .on(t.updatedAt, t.id)
        .where(sql`published_version is not null and content_hash <> published_hash`),
      // What is planned is little: without the condition most of these would be empty.
      index('articles_scheduled').on(t.scheduledAt, t.id).where(sql`scheduled_at is not null`),
      index('articles_unpublish').on(t.unpublishAt, t.id).where(sql`unpublish_at is not null`),
    ],
  )

  const articleBodies = table('article_bodies', {
    articleId: text('article_id')
      .primaryKey()
      .references(() => articles.id, { onDelete: 'cascade' }),
    body: json<Body>('body').notNull(),
  })

  const articleTags = table(
    'article_tags',
    {
      articleId: text('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      tagId: text('tag_id')
        .notNull()
        .references(() => tags.id),
      position: int('position').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.tagId] }),
      index('article_tags_tag').on(t.tagId, t.articleId),
    ],
  )

  const articleAuthors = table(
    'article_authors',
    {
      articleId: text('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      authorId: text('author_id')
        .notNull()
        .references(() => authors.id),
      role: text('role'),
      position: int('position').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.authorId] }),
      index('article_authors_author').on(t.authorId, t.articleId),
    ],
  )

  /** Every accepted version of an article, whole, with its links. */
  const revisions = table(
    'revisions',
    {
      articleId: text('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      createdBy: json<ActorReference>('created_by').notNull(),
      /** What made the version. */
      type: text('type').$type<ChangeType>().notNull().default('article.updated'),
      /** Kept whatever its age. */
      pinned: bool('pinned').notNull().default(false),
      snapshot: json<ArticleSnapshot>('snapshot').notNull(),
    },
    (t) => [primaryKey({ columns: [t.articleId, t.version] }), index('revisions_created').on(t.createdAt)],
  )

  /** Every slug in use by a working copy or ever public: its primary key decides who has it. */
  const slugs = table(
    'slugs',
    { slug: text('slug').primaryKey(), articleId: text('article_id').notNull() },
    (t) => [index('slugs_article').on(t.articleId)],
  )

  /** Every slug that was ever public. It outlives the article, so that old links go on being explained. */
  const slugHistory = table(
    'slug_history',
    {
      slug: text('slug').primaryKey(),
      articleId: text('article_id').notNull(),
      since: instant('since').notNull(),
    },
    (t) => [index('slug_history_article').on(t.articleId)],
  )

  const publishedArticles = table(
    'published_articles',
    {
      id: text('id').primaryKey(),
      version: int('version').notNull(),
      slug: text('slug').notNull(),
      title: text('title').notNull(),
      titleSort: text('title_sort').notNull(),
      subtitle: text('subtitle'),
      excerpt: text('excerpt').notNull(),
      language: text('language').notNull(),
      sectionId: text('section_id').references(() => sections.id),
      credit: text('credit'),
      source: json<ArticleSource>('source'),
      seo: json<ArticleSeo>('seo').notNull(),
      custom: json<Record<string, unknown>>('custom').notNull(),
      corrections: json<Correction[]>('corrections').notNull(),
      adsAllowed: bool('ads_allowed').notNull(),
      sensitive: bool('sensitive').notNull(),
      publishedAt: instant('published_at').notNull(),
      firstPublishedAt: instant('first_published_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      wordCount: int('word_count').notNull(),
      readingTimeMinutes: int('reading_time_minutes').notNull(),
    },
    (t) => [
      uniqueIndex('published_articles_slug').on(t.slug),
      // One for each order of the list. Each also has the instants that it is not ordered by: a list between two
      // instants, in another order, is read from the index alone.
      index('published_articles_published').on(t.publishedAt, t.id, t.updatedAt),
      index('published_articles_updated').on(t.updatedAt, t.id, t.publishedAt),
      index('published_articles_title').on(t.titleSort, t.id, t.publishedAt, t.updatedAt),
      index('published_articles_section').on(t.sectionId, t.publishedAt, t.id),
    ],
  )

  /**
   * What published articles are filtered by: a row for the section, the language and each tag and author of an
   * article. A facet is the id of a term, or a language; those are never alike. The other columns are the article's,
   * so that the articles of a facet are there in every order by an index.
   */
  const publishedFacets = table(
    'published_facets',
    {
      articleId: text('article_id')
        .notNull()
        .references(() => publishedArticles.id, { onDelete: 'cascade' }),
      facet: text('facet').notNull(),
      publishedAt: instant('published_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      titleSort: text('title_sort').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.facet] }),
      index('published_facets_published').on(t.facet, t.publishedAt, t.articleId),
      index('published_facets_updated').on(t.facet, t.updatedAt, t.articleId),
      index('published_facets_title').on(t.facet, t.titleSort, t.articleId),
    ],
  )

  /**
   * How many published articles have a facet. It decides which filter a list begins with, and nothing that is
   * answered.
   */
  const publishedCounts = table('published_counts', {
    facet: text('facet').primaryKey(),
    count: int('count').notNull(),
  })

  /** Columns that a related link has in the working copy and in what is published. */
  const relatedLinkColumns = (owner: () => typeof articles.id | typeof publishedArticles.id) => ({
    id: text('id').notNull(),
    articleId: text('article_id').notNull().references(owner, { onDelete: 'cascade' }),
    position: int('position').notNull(),
    kind: text('kind').$type<RelatedKind>().notNull(),
    title: text('title'),
    excerpt: text('excerpt'),
    url: text('url'),
    targetId: text('target_id'),
  })
  const relatedLinks = table(
    'related_links',
    relatedLinkColumns(() => articles.id),
    (t) => [
      primaryKey({ columns: [t.articleId, t.id] }),
      uniqueIndex('related_links_position').on(t.articleId, t.position),
      index('related_links_target').on(t.targetId, t.articleId),
    ],
  )

  const publishedBodies = table('published_bodies', {
    articleId: text('article_id')
      .primaryKey()
      .references(() => publishedArticles.id, { onDelete: 'cascade' }),
    body: json<Body>('body').notNull(),
  })

  const publishedArticleTags = table(
    'published_article_tags',
    {
      articleId: text('article_id')
        .notNull()
        .references(() => publishedArticles.id, { onDelete: 'cascade' }),
      tagId: text('tag_id')
        .notNull()
        .references(() => tags.id),
      position: int('position').notNull(),
      /** The article's, so that the newest articles of a tag are found by one index. */
      publishedAt: instant('published_at').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.tagId] }),
      index('published_article_tags_tag').on(t.tagId, t.publishedAt, t.articleId),
    ],
  )

  const publishedArticleAuthors = table(
    'published_article_authors',
    {
      articleId: text('article_id')
        .notNull()
        .references(() => publishedArticles.id, { onDelete: 'cascade' }),
      authorId: text('author_id')
        .notNull()
        .references(() => authors.id),
      role: text('role'),
      position: int('position').notNull(),
      publishedAt: instant('published_at').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.authorId] }),
      index('published_article_authors_author').on(t.authorId, t.publishedAt, t.articleId),
    ],
  )

  const publishedRelatedLinks = table(
    'published_related_links',
    relatedLinkColumns(() => publishedArticles.id),
    (t) => [
      primaryKey({ columns: [t.articleId, t.id] }),
      uniqueIndex('published_related_links_position').on(t.articleId, t.position),
      index('published_related_links_target').on(t.targetId, t.articleId),
    ],
  )

  /** Articles that were public and are no longer; kept when the article itself is deleted. */
  const goneArticles = table('gone_articles', {
    articleId: text('article_id').primaryKey(),
    reason: text('reason').$type<GoneReason>().notNull(),
    publicReason: text('public_reason'),
    at: instant('at').notNull(),
  })

  const adSlots = table(
    'ad_slots',
    {
      id: text('id').primaryKey(),
      key: text('key').notNull(),
      name: text('name').notNull(),
      place: text('place').$type<AdPlace>().notNull(),
      afterBlock: int('after_block'),
      sizes: json<string[]>('sizes').notNull(),
      maxPlacements: int('max_placements').notNull(),
      label: text('label').notNull(),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (t) => [uniqueIndex('ad_slots_key').on(t.key)],
  )

  const advertisers = table('advertisers', {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** While it is paused, nothing of it is shown. */
    status: text('status').$type<AdStatus>().notNull(),
    version: int('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  })

  const creatives = table(
    'creatives',
    {
      id: text('id').primaryKey(),
      title: text('title').notNull(),
      format: text('format').$type<CreativeFormat>().notNull(),
      clickUrl: text('click_url'),
      sizes: json<string[]>('sizes').notNull(),
      exclusionLabels: json<string[]>('exclusion_labels').notNull(),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      html: text('html'),
      advertiserId: text('advertiser_id').references(() => advertisers.id),
    },
    (t) => [
      index('creatives_title').on(t.title, t.format),
      index('creatives_advertiser').on(t.advertiserId, t.id),
    ],
  )

  const adPlacements = table(
    'ad_placements',
    {
      id: text('id').primaryKey(),
      slotId: text('slot_id')
        .notNull()
        .references(() => adSlots.id),
      creativeId: text('creative_id')
        .notNull()
        .references(() => creatives.id),
      position: int('position').notNull(),
      scopeType: text('scope_type').$type<AdScopeType>().notNull(),
      /** Empty for the whole site. */
      scopeId: text('scope_id').notNull(),
      startsAt: instant('starts_at'),
      endsAt: instant('ends_at'),
      priority: text('priority').$type<AdPriority>().notNull(),
      weight: int('weight').notNull(),
      goal: json<AdGoal>('goal'),
      status: text('status').$type<AdStatus>().notNull(),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      /** `endsAt`, or an instant that never comes: an index finds what is not over yet. */
      overAt: instant('over_at').notNull().default(never),
      /** When its dates next open or close it, until the change log was told of that; null when they will not. */
      nextEdgeAt: instant('next_edge_at'),
      /** Not shown before then, because it is ahead of its goal; an instant that never comes when it has reached it. */
      heldUntil: instant('held_until'),
    },
    (t) => [
      index('ad_placements_scope').on(t.scopeType, t.scopeId, t.overAt),
      index('ad_placements_slot').on(t.slotId, t.id),
      index('ad_placements_creative').on(t.creativeId, t.id),
      index('ad_placements_edge').on(t.nextEdgeAt, t.id).where(sql`next_edge_at is not null`),
    ],
  )

  /**
   * Another text for each state of the placements of a scope, with their creatives and advertisers, and of all slots
   * (`slots`). A scope without a row has no placements and never had any. Never the same text twice, not even after a
   * transaction that was rolled back: what was read once under a text stays right.
   */
  const adRevisions = table(
    'ad_revisions',
    {
      scopeType: text('scope_type').$type<AdScopeType | 'slots'>().notNull(),
      scopeId: text('scope_id').notNull(),
      revision: text('revision').notNull(),
    },
    (t) => [primaryKey({ columns: [t.scopeType, t.scopeId] })],
  )

  /** Articles whose ads are paused, all of them. */
  const adPauses = table('ad_pauses', {
    articleId: text('article_id')
      .primaryKey()
      .references(() => articles.id, { onDelete: 'cascade' }),
    pausedAt: instant('paused_at').notNull(),
    pausedBy: json<ActorReference>('paused_by').notNull(),
  })

  /** How often ads were shown and clicked, a row a day (UTC). It outlives what it is about. */
  const adCounts = table(
    'ad_counts',
    {
      /** Such as `2024-01-09`. */
      day: text('day').notNull(),
      placementId: text('placement_id').notNull(),
      /** The one that the placement was in. */
      slotId: text('slot_id').notNull(),
      /** Empty for pages that are no articles. */
      articleId: text('article_id').notNull(),
      impressions: int('impressions').notNull(),
      viewable: int('viewable').notNull(),
      clicks: int('clicks').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.day, t.placementId, t.slotId, t.articleId] }),
      index('ad_counts_placement').on(t.placementId, t.day),
    ],
  )

  /** The impressions of each placement on all days together: what goals are compared with. */
  const adTotals = table('ad_totals', {
    placementId: text('placement_id').primaryKey(),
    impressions: int('impressions').notNull(),
  })

  /** Events that were counted, so that they are not counted again; kept for as long as they could be. */
  const adEventsSeen = table(
    'ad_events_seen',
    {
      /** An HMAC: whose event it was is nowhere. */
      key: text('key').primaryKey(),
      seenAt: instant('seen_at').notNull(),
      repeatsUntil: instant('repeats_until').notNull(),
    },
    (t) => [index('ad_events_seen_until').on(t.repeatsUntil)],
  )

  /**
   * The change log. `seq` counts every write; `publicSeq` counts, without gaps, what the public may see.
   */
  const changes = table(
    'changes',
    {
      seq: serial('seq'),
      publicSeq: int('public_seq'),
      at: instant('at').notNull(),
      type: text('type').$type<ChangeType>().notNull(),
      subjectType: text('subject_type').$type<ChangeSubject['type']>().notNull(),
      subjectId: text('subject_id').notNull(),
      subjectSlug: text('subject_slug'),
      actor: json<ActorReference>('actor').notNull(),
      /** The token of `actor`, to find what somebody did by; null for whoever has no stored token. */
      actorTokenId: text('actor_token_id'),
      payload: json<ChangePayload>('payload').notNull(),
    },
    // What kind of thing a change is about follows from its type.
    (t) => [
      uniqueIndex('changes_public').on(t.publicSeq),
      index('changes_at').on(t.at, t.seq),
      index('changes_type').on(t.type, t.at, t.seq),
      index('changes_subject').on(t.subjectId, t.at, t.seq),
      index('changes_actor').on(t.actorTokenId, t.at, t.seq),
    ],
  )

  /** Bearer tokens; the secret itself is never stored. */
  const tokens = table(
    'tokens',
    {
      id: text('id').primaryKey(),
      name: text('name').notNull(),
      role: text('role').$type<Role>(),
      permissions: json<string[]>('permissions').notNull(),
      secretHash: text('secret_hash').notNull(),
      /** The secret before the last rotation, which works until `previousExpiresAt`. */
      previousSecretHash: text('previous_secret_hash'),
      previousExpiresAt: instant('previous_expires_at'),
      lastUsedAt: instant('last_used_at'),
      expiresAt: instant('expires_at'),
      revokedAt: instant('revoked_at'),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (t) => [
      uniqueIndex('tokens_secret_hash').on(t.secretHash),
      uniqueIndex('tokens_previous_secret_hash').on(t.previousSecretHash),
    ],
  )

  /** Lists that editors curate; live at once. */
  const collections = table(
    'collections',
    {
      id: text('id').primaryKey(),
      key: text('key').notNull(),
      name: text('name').notNull(),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (t) => [uniqueIndex('collections_key').on(t.key)],
  )

  const collectionItems = table(
    'collection_items',
    {
      collectionId: text('collection_id')
        .notNull()
        .references(() => collections.id, { onDelete: 'cascade' }),
      articleId: text('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      position: int('position').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.collectionId, t.articleId] }),
      index('collection_items_article').on(t.articleId),
    ],
  )

  /** Answers to requests with an `Idempotency-Key`, kept for a day so that a repetition gets the same. */
  const idempotencyRecords = table(
    'idempotency_records',
    {
      /** Empty for `ADMIN_TOKEN`. */
      tokenId: text('token_id').notNull(),
      key: text('key').notNull(),
      /** SHA-256 of method, path and body. */
      fingerprint: text('fingerprint').notNull(),
      startedAt: instant('started_at').notNull(),
      /** Null while the request runs. */
      status: int('status'),
      headers: json<Record<string, string>>('headers'),
      body: json<unknown>('body'),
    },
    (t) => [
      primaryKey({ columns: [t.tokenId, t.key] }),
      index('idempotency_records_started').on(t.startedAt),
    ],
  )

  /** What opens the preview of one article. The token itself is signed and not stored. */
  const previewTokens = table(
    'preview_tokens',
    {
      id: text('id').primaryKey(),
      articleId: text('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      createdAt: instant('created_at').notNull(),
      createdBy: json<ActorReference>('created_by').notNull(),
      expiresAt: instant('expires_at').notNull(),
      revokedAt: instant('revoked_at'),
    },
    (t) => [index('preview_tokens_article').on(t.articleId, t.id)],
  )

  /** Keys that the program makes for itself, such as the one that signs ad tokens. */
  const secrets = table('secrets', { name: text('name').primaryKey(), value: bytes('value').notNull() })

  /** What was imported from where, so that importing again finds it. */
  const importSources = table(
    'import_sources',
    {
      system: text('system').notNull(),
      externalId: text('external_id').notNull(),
      articleId: text('article_id')
        .notNull()
        .references(() => articles.id, { onDelete: 'cascade' }),
      /** SHA-256 of what was read: equal when the source has not changed since. */
      sourceHash: text('source_hash').notNull(),
      placementIds: json<string[]>('placement_ids').notNull(),
      importedAt: instant('imported_at').notNull(),
      /** Which version of it was read: a number that the source counts by, or when it was changed there last. */
      edition: text('edition'),
    },
    (t) => [
      primaryKey({ columns: [t.system, t.externalId] }),
      index('import_sources_article').on(t.articleId),
    ],
  )

  /** Who may sell the publisher's ads, and what else the files say that tell it: a row for a line. */
  const sellers = table(
    'sellers',
    {
      id: text('id').primaryKey(),
      kind: text('kind').$type<SellerKind>().notNull(),
      /** Its order within the files. */
      position: int('position').notNull(),
      /** Hashes of what identifies it, one for each file that it stands in: no file has two alike. */
      adsTxtKey: text('ads_txt_key'),
      appAdsTxtKey: text('app_ads_txt_key'),
      sellersJsonKey: text('sellers_json_key'),
      /** In lower case, to be found by. */
      domain: text('domain'),
      entry: json<SellerEntry>('entry').notNull(),
      version: int('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (t) => [
      uniqueIndex('sellers_ads_txt').on(t.adsTxtKey),
      uniqueIndex('sellers_app_ads_txt').on(t.appAdsTxtKey),
      uniqueIndex('sellers_json').on(t.sellersJsonKey),
      index('sellers_domain').on(t.domain),
    ],
  )

  /** Paths of the site that an article had before it was imported. They outlive it, as slugs do. */
  const oldPaths = table(
    'old_paths',
    {
      /** Decoded, without a slash at its end. */
      path: text('path').primaryKey(),
      articleId: text('article_id').notNull(),
    },
    (t) => [index('old_paths_article').on(t.articleId)],
  )

  /** Imports that were sent over HTTP, and what has become of them. */
  const imports = table(
    'imports',
    {
      id: text('id').primaryKey(),
      status: text('status').$type<ImportStatus>().notNull(),
      options: json<ImportOptions>('options').notNull(),
      counts: json<ImportCounts>('counts').notNull(),
      /** The first of them. */
      problems: json<ImportProblem[]>('problems').notNull(),
      problemCount: int('problem_count').notNull(),
      /** Why it failed as a whole. */
      reason: text('reason'),
      createdBy: json<ActorReference>('created_by').notNull(),
      createdAt: instant('created_at').notNull(),
      /** A process that carries it out says so every few seconds. */
      updatedAt: instant('updated_at').notNull(),
      finishedAt: instant('finished_at'),
    },
    (t) => [index('imports_status').on(t.status, t.createdAt)],
  )

  return {
    adCounts,
    adEventsSeen,
    adPauses,
    adPlacements,
    adRevisions,
    adSlots,
    adTotals,
    advertisers,
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
    imports,
    importSources,
    oldPaths,
    previewTokens,
    publishedArticleAuthors,
    publishedArticles,
    publishedArticleTags,
    publishedBodies,
    publishedCounts,
    publishedFacets,
    publishedRelatedLinks,
    relatedLinks,
    revisions,
    secrets,
    sections,
    sellers,
    slugHistory,
    slugs,
    tags,
    tokens,
  }
}

export type Tables = ReturnType<typeof defineTables>
