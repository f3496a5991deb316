import type { DeliveredArticle } from '../contract/delivered-article.ts'

/** What the formats of one article are made of: as it is delivered, but for body and ads. */
export interface FormattedArticle extends Omit<DeliveredArticle, 'body' | 'ads'> {
  /** The body as HTML and as text, its links absolute where the site's address is known. */
  readonly html: string
  readonly text: string
  readonly images: readonly FormattedImage[]
}

/** An image of the body, at an absolute URL. */
export interface FormattedImage {
  readonly url: string
  readonly alt: string | undefined
  readonly caption: string | undefined
  readonly credit: string | undefined
  /** Pixels. */
  readonly width: number | undefined
  readonly height: number | undefined
}

/** The site that publishes; what the operator has not said is undefined. */
export interface Publisher {
  readonly name: string | undefined
  readonly url: string | undefined
}

/** When readers last got something new to read: by a publish or a correction. */
export function modifiedAt({
  updatedAt,
  corrections,
}: {
  readonly updatedAt: string
  readonly corrections: readonly { readonly at: string }[]
}): string {
  return corrections.reduce((latest, { at }) => (at > latest ? at : latest), updatedAt)
}
