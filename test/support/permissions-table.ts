import type { Role } from '../../src/contract/permissions.ts'

/**
 * Who may call what: the table of roles of the API's contract, written out by operation. It is the expected truth
 * and not made from the routes; a new management route needs a line here.
 */

const everybody: readonly Role[] = ['viewer', 'writer', 'editor', 'ads', 'admin']
const writers: readonly Role[] = ['writer', 'editor', 'admin']
const editors: readonly Role[] = ['editor', 'admin']
const admins: readonly Role[] = ['admin']

const table: readonly { readonly may: readonly Role[]; readonly operations: readonly string[] }[] = [
  // Read articles (drafts too), taxonomy.
  {
    may: everybody,
    operations: [
      'listManagedArticles',
      'getManagedArticle',
      'listManagedRelatedLinks',
      'listManagedSections',
      'getManagedSection',
      'listManagedTags',
      'getManagedTag',
      'listManagedAuthors',
      'getManagedAuthor',
      'listBacklinks',
      'suggestRelatedLinks',
      'getManagedRelatedLink',
      'listManagedCollections',
      // Each of its operations is checked by itself.
      'runBatch',
      'listSchedule',
      'listRevisions',
      'getRevision',
      'diffArticle',
      'getManagedCollection',
    ],
  },
  // Create articles; edit own drafts.
  {
    may: writers,
    operations: [
      'createArticle',
      'patchArticle',
      'replaceRelatedLinks',
      'addRelatedLink',
      'patchRelatedLink',
      'deleteRelatedLink',
      'submitArticle',
      'replaceArticle',
      'duplicateArticle',
      'restoreRevision',
      'createPreviewToken',
      'listPreviewTokens',
      'revokePreviewToken',
    ],
  },
  // Review, publish, unpublish; taxonomy.
  {
    may: editors,
    operations: [
      'publishArticle',
      'unpublishArticle',
      'approveArticle',
      'deleteArticle',
      'restoreArticle',
      'patchRevision',
      'rejectArticle',
      'unscheduleArticle',
      'killArticle',
      'correctArticle',
      'createSection',
      'replaceSection',
      'patchSection',
      'deleteSection',
      'createTag',
      'replaceTag',
      'patchTag',
      'deleteTag',
      'createAuthor',
      'replaceAuthor',
      'patchAuthor',
      'deleteAuthor',
      'createCollection',
      'replaceCollection',
      'patchCollection',
      'deleteCollection',
    ],
  },
  // Slots, creatives, advertisers, placements, pauses.
  {
    may: ['ads', 'admin'],
    operations: [
      'listAdSlots',
      'createAdSlot',
      'getAdSlot',
      'replaceAdSlot',
      'patchAdSlot',
      'deleteAdSlot',
      'listAdvertisers',
      'createAdvertiser',
      'getAdvertiser',
      'replaceAdvertiser',
      'patchAdvertiser',
      'deleteAdvertiser',
      'listCreatives',
      'createCreative',
      'getCreative',
      'replaceCreative',
      'patchCreative',
      'deleteCreative',
      'listAdPlacements',
      'createAdPlacement',
      'getAdPlacement',
      'replaceAdPlacement',
      'patchAdPlacement',
      'deleteAdPlacement',
      'pauseAdvertiser',
      'resumeAdvertiser',
      'pauseArticleAds',
      'resumeArticleAds',
      'previewArticleAds',
      'previewPageAds',
    ],
  },
  // Ad counts.
  { may: ['editor', 'ads', 'admin'], operations: ['getAdStats'] },
  // Sellers.
  {
    may: admins,
    operations: [
      'listSellers',
      'createSeller',
      'getSeller',
      'replaceSeller',
      'patchSeller',
      'deleteSeller',
      'importSellers',
    ],
  },
  // Tokens.
  {
    may: admins,
    operations: [
      'reviveArticle',
      'listTokens',
      'createToken',
      'getToken',
      'replaceToken',
      'patchToken',
      'revokeToken',
      'rotateToken',
      'exportArchive',
      'importArchive',
      'getImport',
      'listEvents',
      'getEvent',
    ],
  },
]

/** The roles that may call each operation, by its `operationId`. */
export const allowedRoles: ReadonlyMap<string, readonly Role[]> = new Map(
  table.flatMap(({ may, operations }) => operations.map((operation) => [operation, may] as const)),
)
