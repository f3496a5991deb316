import type { ArticleSource } from '../contract/article.ts'
import type { BodyFormat } from '../contract/body-input.ts'
import type { RestoredLine } from '../contract/export-line.ts'
import type { UnkeyedBlock } from '../contract/portable-text.ts'
import type { PlainTextPage } from './plain-text-page.ts'

/** What the source says of an article's state. Only `published` may ever become public by an import. */
export const sourceStatuses = ['published', 'draft', 'pending', 'scheduled', 'private'] as const
export type SourceStatus = (typeof sourceStatuses)[number]

/** A section, tag or author as the source names it; the slug is made of the name where the source has none. */
export interface NamedTerm {
  readonly name: string
  readonly slug?: string | undefined
}

export interface ItemLink {
  readonly title: string
  readonly url: string | null
  readonly excerpt: string | null
}

/** By which an item is found again when it is imported again. */
export interface ItemIdentity {
  /** Such as `wordpress:news.example`, at most 100 characters. */
  readonly system: string
  /** At most 500 characters. */
  readonly id: string
  /** Where the source has no id of its own, and a file of the same name may be of something else. */
  readonly isOfName?: boolean
}

/** A body as the source has it. Relative links in it are of `baseUrl`; null where that is not known. */
export type FoundBody =
  | { readonly format: BodyFormat; readonly content: string; readonly baseUrl: string | null }
  | { readonly format: 'blocks'; readonly blocks: readonly UnkeyedBlock[] }

interface ItemFacts {
  readonly identity: ItemIdentity
  readonly status: SourceStatus
  /** Undefined where it is to be made of the title. */
  readonly slug?: string | undefined
  readonly subtitle?: string | undefined
  readonly excerpt?: string | undefined
  /** BCP 47. */
  readonly language?: string | undefined
  readonly credit?: string | undefined
  readonly source?: ArticleSource | undefined
  readonly canonicalUrl?: string | undefined
  readonly seo?:
    | { readonly title?: string | undefined; readonly description?: string | undefined }
    | undefined
  /** Instants as `Date.toISOString` writes them. */
  readonly publishedAt?: string | undefined
  readonly createdAt?: string | undefined
  readonly modifiedAt?: string | undefined
  /** A number that the source counts its versions by. */
  readonly version?: number | undefined
  readonly embargoUntil?: string | undefined
  readonly flags?: { readonly adsAllowed: boolean; readonly sensitive: boolean } | undefined
  readonly custom?: Readonly<Record<string, unknown>> | undefined
  readonly section?: NamedTerm | undefined
  readonly tags?: readonly NamedTerm[]
  readonly authors?: readonly NamedTerm[]
  readonly related?: readonly ItemLink[]
  readonly externalIds?: Readonly<Record<string, string>>
  /** Paths of the site where it was, each beginning with `/`. */
  readonly oldPaths?: readonly string[]
}

/** An item as a reader of a format found it, nothing of it checked. */
export interface FoundItem extends ItemFacts {
  readonly title: string | undefined
  readonly body: FoundBody
  /** A picture that stands before the body. */
  readonly picture?: { readonly src: string; readonly alt?: string; readonly caption?: string } | undefined
  /** What could not be carried over, each as a sentence without its stop. */
  readonly losses?: readonly string[]
}

/** An item that an article can be made of: within all limits, its body in Portable Text. */
export interface ImportedItem extends ItemFacts {
  readonly title: string
  readonly body: readonly UnkeyedBlock[]
  readonly losses: readonly string[]
}

/** Where in the source something stands: `item 12`, `line 3`; empty where the source is one article. */
interface Placed {
  readonly place: string
}

export interface Failure extends Placed {
  readonly kind: 'failed'
  readonly reason: string
}
/** What is no article, such as a menu. */
export interface Skipped extends Placed {
  readonly kind: 'skipped'
  readonly reason: string
}
/** A record of our own format, restored as it is. */
export interface FoundRecord extends Placed {
  readonly kind: 'record'
  readonly record: RestoredLine
}
export interface FoundPage extends Placed {
  readonly kind: 'page'
  readonly page: PlainTextPage
}

type Outcome<Item> =
  | (Placed & { readonly kind: 'item'; readonly item: Item })
  | FoundPage
  | FoundRecord
  | Failure
  | Skipped

/** What a reader gives of a source, one after the other. */
export type Found = Outcome<FoundItem>

/** The same once it was checked and its body converted. */
export type Read = Outcome<ImportedItem>

/** Why a source, or one item of it, cannot be read: a sentence for the operator. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}
