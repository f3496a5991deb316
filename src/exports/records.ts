import { adsFiles, keyColumns } from '../contract/seller-entry.ts'
import type { Reader } from '../store/index.ts'
import type { SellerRow } from '../store/sellers.ts'
import type { Line } from './archive.ts'

/** In one read. */
const rowsAtOnce = 200

type Exports = Reader['exports']

/** What articles name, or what names nothing: type by type and by id. */
export async function* recordsBeforeArticles({ exports }: Reader): AsyncGenerator<Line[]> {
  for (const [type, table] of [
    ['section', 'sections'],
    ['tag', 'tags'],
    ['author', 'authors'],
    ['advertiser', 'advertisers'],
    ['creative', 'creatives'],
    ['ad-slot', 'adSlots'],
  ] as const)
    for await (const rows of pagesOf((after) => exports.listRows(table, after, rowsAtOnce)))
      yield rows.map((row) => ({ type, ...row }))
}

/** What names articles, and sellers. */
export async function* recordsBehindArticles({ exports }: Reader): AsyncGenerator<Line[]> {
  yield* collectionLines(exports)
  for await (const rows of pagesOf((after) => exports.listRows('adPlacements', after, rowsAtOnce)))
    yield rows.map(
      // What follows from its dates and from what was counted is left out.
      ({
        scopeType,
        scopeId,
        overAt: _over,
        nextEdgeAt: _edge,
        heldUntil: _held,
        goal,
        status,
        version,
        createdAt,
        updatedAt,
        ...placed
      }) => {
        const scope = scopeType === 'site' ? { type: scopeType } : { type: scopeType, id: scopeId }
        return {
          type: 'ad-placement',
          ...{ ...placed, scope, goal, status },
          ...{ version, createdAt, updatedAt },
        }
      },
    )
  for await (const rows of pagesOf((after) => exports.listRows('sellers', after, rowsAtOnce)))
    yield rows.map(sellerLine)
}

async function* collectionLines(exports: Exports): AsyncGenerator<Line[]> {
  for await (const rows of pagesOf((after) => exports.listRows('collections', after, rowsAtOnce))) {
    const items = await exports.itemsOf(rows.map(({ id }) => id))
    yield rows.map(({ id, key, name, ...state }) => ({
      ...{ type: 'collection', id, key, name },
      items: (items.get(id) ?? []).map((articleId) => ({ articleId })),
      ...state,
    }))
  }
}

function sellerLine(row: SellerRow): Line {
  const { id, entry, position, version, createdAt, updatedAt } = row
  const isOfJson = entry.kind === 'seller' || entry.kind === 'header'
  const files = isOfJson ? {} : { files: adsFiles.filter((file) => row[keyColumns[file]] !== null) }
  return {
    ...{ type: 'seller', id, seller: { ...entry, ...files, position } },
    ...{ version, createdAt, updatedAt },
  } as Line
}

/** All rows, page by page; `next` reads those after an id. */
async function* pagesOf<Row extends { readonly id: string }>(
  next: (after: string) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: Row[] = await next(after)
    if (rows.length > 0) yield rows
    after = rows.at(-1)?.id
  }
}
