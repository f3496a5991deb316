import type { SellerEntry, SellerFile } from '../contract/seller-entry.ts'
import { readAdsTxt } from './read-ads-txt.ts'
import type { ReadSellers } from './seller-file.ts'
import { readSellersJson } from './sellers-json.ts'

/** More bytes than any file of sellers may have. */
export const mostFileBytes = 5 * 1024 * 1024

/**
 * Reads a file of sellers in UTF-8, with or without a byte order mark; what is no UTF-8 is told of where it matters.
 * Throws `malformed-json`, `payload-too-large`.
 */
export function readSellerFile(file: SellerFile, bytes: Uint8Array): ReadSellers<SellerEntry> {
  const text = new TextDecoder().decode(bytes)
  return file === 'sellers.json' ? readSellersJson(text) : readAdsTxt(text)
}
