/** Examples for the description of the API, in the shapes that the API answers. */

const id = '018ced2a-4000-7000-8000-00000000a001'

const block = {
  _type: 'block',
  _key: '3064df554f8d',
  style: 'normal',
  children: [{ _type: 'span', _key: 'c3e6695d4a09', text: 'Traffic is moving again.', marks: [] }],
  markDefs: [],
}

export const exampleCard = {
  id,
  type: 'article',
  slug: 'harbour-bridge-reopens',
  url: 'https://news.example/harbour-bridge-reopens',
  title: 'Harbour bridge reopens',
  subtitle: null,
  excerpt: 'Traffic is moving again.',
  language: 'en',
  section: { id: '018ced2a-4000-7000-8000-00000000b001', slug: 'city', name: 'City' },
  tags: [{ id: '018ced2a-4000-7000-8000-00000000c001', slug: 'transport', name: 'Transport' }],
  authors: [
    { id: '018ced2a-4000-7000-8000-00000000d001', slug: 'jane-roe', name: 'Jane Roe', role: 'reporter' },
  ],
  credit: null,
  source: null,
  heroImage: null,
  publishedAt: '2024-01-09T08:00:00.000Z',
  firstPublishedAt: '2024-01-09T08:00:00.000Z',
  updatedAt: '2024-01-09T09:30:00.000Z',
  version: 3,
  wordCount: 4,
  readingTimeMinutes: 1,
}

export const exampleRelatedLink = {
  id: '018ced2a-4000-7000-8000-00000000e001',
  kind: 'background',
  position: 1,
  title: 'How the bridge was closed',
  excerpt: null,
  url: 'https://news.example/bridge-closed',
  article: null,
}

export const exampleSlot = {
  slot: 'after-body',
  label: 'Advertisement',
  anchor: { place: 'after-body' },
  placements: [
    {
      id: '018ced2a-4000-7000-8000-00000000f001',
      position: 1,
      token: 'AYztKkAAcACAAAAAAAAA8AEBjO0qQABwAIAAAAAAAACgAQAATQkmPFqXm0kQH2gZ',
      creative: {
        id: '018ced2a-4000-7000-8000-00000000f101',
        title: 'Electric Scooter X',
        format: 'text',
        clickUrl: 'https://scooters.example/x',
        html: null,
        sizes: [],
        rel: 'sponsored noopener',
      },
    },
  ],
}

export const exampleArticle = {
  ...exampleCard,
  body: [block],
  seo: { title: null, description: null, canonicalUrl: null },
  custom: {},
  corrections: [{ at: '2024-01-09T09:30:00.000Z', text: 'An earlier version named the wrong bridge.' }],
  related: [exampleRelatedLink],
  ads: [exampleSlot],
}

const actor = { tokenId: '018ced2a-4000-7000-8000-00000000a101', name: 'desk', role: 'editor' }

export const exampleSummary = {
  id,
  type: 'article',
  status: 'published',
  version: 4,
  publishedVersion: 3,
  hasUnpublishedChanges: true,
  title: 'Harbour bridge reopens early',
  slug: 'harbour-bridge-reopens',
  subtitle: null,
  excerpt: null,
  language: 'en',
  sectionId: exampleCard.section.id,
  tagIds: exampleCard.tags.map((tag) => tag.id),
  authors: [{ authorId: '018ced2a-4000-7000-8000-00000000d001', role: 'reporter' }],
  credit: null,
  source: null,
  externalIds: { wire: 'urn:newsml:afp.example:20240109:1' },
  seo: { title: null, description: null, canonicalUrl: null },
  embargoUntil: null,
  flags: { adsAllowed: true, sensitive: false },
  custom: {},
  firstPublishedAt: '2024-01-09T08:00:00.000Z',
  publishedAt: '2024-01-09T08:00:00.000Z',
  scheduledAt: null,
  unpublishAt: null,
  scheduleProblem: null,
  corrections: [],
  trashedAt: null,
  createdAt: '2024-01-09T07:12:00.000Z',
  updatedAt: '2024-01-09T09:41:00.000Z',
  createdBy: actor,
  updatedBy: actor,
  allowedActions: ['publish', 'unpublish', 'kill', 'duplicate'],
}

/** As a search for `harbour bridge` gives it. */
export const exampleListed = {
  ...exampleSummary,
  highlights: [
    {
      field: 'title',
      ranges: [
        [0, 7],
        [8, 14],
      ],
    },
  ],
}

export const exampleManagedArticle = { ...exampleSummary, body: [block] }

export const exampleRevision = {
  articleId: id,
  version: 3,
  createdAt: '2024-01-09T08:00:00.000Z',
  createdBy: actor,
  type: 'article.published',
  pinned: false,
}

export const exampleSnapshot = {
  title: 'Harbour bridge reopens',
  slug: exampleSummary.slug,
  subtitle: null,
  excerpt: null,
  language: exampleSummary.language,
  sectionId: exampleSummary.sectionId,
  tagIds: exampleSummary.tagIds,
  authors: exampleSummary.authors,
  credit: null,
  source: null,
  externalIds: exampleSummary.externalIds,
  seo: exampleSummary.seo,
  embargoUntil: null,
  flags: exampleSummary.flags,
  custom: {},
  body: [block],
  related: [
    {
      id: exampleRelatedLink.id,
      kind: 'background',
      position: 1,
      title: exampleRelatedLink.title,
      excerpt: null,
      url: exampleRelatedLink.url,
      articleId: null,
    },
  ],
}

export const exampleEvent = {
  id: 4711,
  type: 'article.updated',
  at: '2024-01-09T09:41:00.000Z',
  actor,
  subject: { type: 'article', id, slug: exampleSummary.slug },
  version: 4,
  before: {
    title: 'Harbour bridge reopens',
    body: {
      version: 3,
      blocks: 1,
      words: 4,
      sha256: '0f343b0931126a20f133d67c2b018a3b5d9b9f6a5f5a8a3c0d5b6e7f80912a3b',
    },
  },
  after: {
    title: 'Harbour bridge reopens early',
    body: {
      version: 4,
      blocks: 2,
      words: 9,
      sha256: 'c1f330d0aff31c1c87403f1e4347bcc21aff7c179908723535f2b31723702525',
    },
  },
  details: {},
}
