import { Problem } from '../contract/errors.ts'
import { toUri } from '../feeds/uri.ts'
import type { SiteAddress } from '../http/article-paths.ts'

/** What the operator has said about the site. */
export interface Site extends SiteAddress {
  readonly siteName: string | undefined
  /** BCP 47. */
  readonly siteLanguage: string
}

/** The site as feeds and sitemaps need it. */
export interface AddressedSite extends Site {
  readonly publicUrl: string
}

/** The site, whose address must be known. Throws `public-url-unset`. */
export function addressed(site: Site): AddressedSite {
  const { publicUrl } = site
  if (publicUrl !== undefined) return { ...site, publicUrl }
  throw new Problem(
    'public-url-unset',
    'This has absolute links. Set the environment variable PUBLIC_URL to where the site is, such as https://news.example, and start the server again.',
  )
}

/** What the site is called: its host, where the operator has given no name. */
export function titleOf({ siteName, publicUrl }: AddressedSite): string {
  return siteName ?? new URL(publicUrl).host
}

/** The absolute URL of a path of the site. */
export function urlAt(path: string, { publicUrl }: AddressedSite): string {
  return toUri(publicUrl + path)
}
