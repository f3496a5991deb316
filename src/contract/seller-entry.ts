/** What the files of sellers consist of, apart from where it is stored. */

/** The files of IAB's ads.txt 1.1 that authorise others to sell. */
export const adsFiles = ['ads.txt', 'app-ads.txt'] as const
export type AdsFile = (typeof adsFiles)[number]
export const sellerFiles = [...adsFiles, 'sellers.json'] as const
export type SellerFile = (typeof sellerFiles)[number]

/** The member of a stored entry that is set where it stands in that file. */
export const keyColumns = {
  'ads.txt': 'adsTxtKey',
  'app-ads.txt': 'appAdsTxtKey',
  'sellers.json': 'sellersJsonKey',
} as const satisfies Record<SellerFile, string>

export const sellerKinds = ['account', 'variable', 'seller', 'header'] as const
export type SellerKind = (typeof sellerKinds)[number]

export const relationships = ['DIRECT', 'RESELLER'] as const
export type Relationship = (typeof relationships)[number]

export const adsVariables = [
  'CONTACT',
  'SUBDOMAIN',
  'INVENTORYPARTNERDOMAIN',
  'OWNERDOMAIN',
  'MANAGERDOMAIN',
] as const
export type AdsVariable = (typeof adsVariables)[number]

export const sellerTypes = ['PUBLISHER', 'INTERMEDIARY', 'BOTH'] as const
export type SellerType = (typeof sellerTypes)[number]

interface Commented {
  /** What stands behind it on its line. */
  readonly comment: string | null
  /** Lines that stand above it, parted by line feeds. */
  readonly commentAbove: string | null
}

/** A record of `ads.txt`: who may sell, by which account. */
export interface AccountEntry extends Commented {
  readonly kind: 'account'
  readonly domain: string
  readonly accountId: string
  readonly relationship: Relationship
  readonly certificationAuthorityId: string | null
  /** What stands behind the semicolon. */
  readonly extension: string | null
}

/** A variable of `ads.txt`. */
export interface VariableEntry extends Commented {
  readonly kind: 'variable'
  readonly variable: AdsVariable
  readonly value: string
  /** Of `MANAGERDOMAIN` alone: ISO 3166-1 alpha-2; null for all countries. */
  readonly country: string | null
}

/** A seller of `sellers.json`. */
export interface JsonSellerEntry {
  readonly kind: 'seller'
  readonly sellerId: string
  readonly sellerType: SellerType
  /** Null for a confidential one alone; so is the domain. */
  readonly name: string | null
  readonly domain: string | null
  readonly isConfidential: boolean
  readonly isPassthrough: boolean
  readonly comment: string | null
  readonly ext: Readonly<Record<string, unknown>> | null
}

/** What `sellers.json` says of whose it is; there is one at most. */
export interface HeaderEntry {
  readonly kind: 'header'
  readonly contactEmail: string | null
  readonly contactAddress: string | null
  readonly identifiers: readonly { readonly name: string; readonly value: string }[]
  readonly ext: Readonly<Record<string, unknown>> | null
}

export type LineEntry = AccountEntry | VariableEntry
export type JsonEntry = JsonSellerEntry | HeaderEntry
export type SellerEntry = LineEntry | JsonEntry

/**
 * What makes an entry the same as another one of the same file: no file has two with one identity. A file has one
 * owner, and one manager for each country.
 */
export function identityOf(entry: SellerEntry): string {
  return JSON.stringify([entry.kind, ...identifyingParts(entry)])
}

function identifyingParts(entry: SellerEntry): string[] {
  switch (entry.kind) {
    case 'account': {
      const { domain, accountId, relationship, certificationAuthorityId, extension } = entry
      return [domain.toLowerCase(), accountId, relationship, certificationAuthorityId ?? '', extension ?? '']
    }
    case 'variable': {
      const { variable, value, country } = entry
      if (variable === 'OWNERDOMAIN') return [variable]
      if (variable === 'MANAGERDOMAIN') return [variable, country ?? '']
      return [variable, variable === 'CONTACT' ? value : value.toLowerCase()]
    }
    case 'seller':
      return [entry.sellerId]
    case 'header':
      return []
  }
}
