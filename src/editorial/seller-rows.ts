import { createHash } from 'node:crypto'
import {
  adsFiles,
  identityOf,
  keyColumns,
  type SellerEntry,
  type SellerFile,
  sellerFiles,
} from '../contract/seller-entry.ts'
import type { SellerRow } from '../store/sellers.ts'

/** What a row has of its entry and its files. */
type RowContent = Pick<
  SellerRow,
  'kind' | 'domain' | 'entry' | 'adsTxtKey' | 'appAdsTxtKey' | 'sellersJsonKey'
>

/** By what an entry is known in its files: a hash, since accounts and contacts may be long. */
export function keyOf(entry: SellerEntry): string {
  return createHash('sha256').update(identityOf(entry)).digest('base64url')
}

/** How an entry that stands in these files is kept. */
export function contentOf(entry: SellerEntry, files: readonly SellerFile[], key = keyOf(entry)): RowContent {
  return {
    kind: entry.kind,
    domain: 'domain' in entry ? (entry.domain?.toLowerCase() ?? null) : null,
    entry,
    adsTxtKey: files.includes('ads.txt') ? key : null,
    appAdsTxtKey: files.includes('app-ads.txt') ? key : null,
    sellersJsonKey: files.includes('sellers.json') ? key : null,
  }
}

/** The files that a row stands in. */
export function filesOf(row: SellerRow): SellerFile[] {
  return sellerFiles.filter((file) => row[keyColumns[file]] !== null)
}

/** What readers of the management API and of the log are told of a row. */
export function sellerState(row: SellerRow) {
  const { id, entry, position, version, createdAt, updatedAt } = row
  const isOfJson = entry.kind === 'seller' || entry.kind === 'header'
  const files = isOfJson ? {} : { files: adsFiles.filter((file) => filesOf(row).includes(file)) }
  return { id, ...entry, ...files, position, version, createdAt, updatedAt }
}
