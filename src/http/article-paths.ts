import { isSlug } from '../contract/slug.ts'

/** Where articles live on the site is a path that holds this, as the operator set it (`ARTICLE_PATH`). */
const place = '{slug}'

/** The path of an article on the site, percent-encoded. */
export function pathOfSlug(slug: string, articlePath: string): string {
  return articlePath.replace(place, () => encodeURIComponent(slug))
}

/**
 * The slug in a path of the site, percent-encoded or not, with or without a slash at its end; undefined when no
 * article can live there.
 */
export function slugInPath(path: string, articlePath: string): string | undefined {
  const given = segmentsOf(path)
  const wanted = segmentsOf(articlePath)
  if (given === undefined || wanted === undefined || given.length !== wanted.length) return undefined
  let slug: string | undefined
  for (const [index, pattern] of wanted.entries()) {
    const segment = given[index] ?? ''
    const at = slug === undefined ? pattern.indexOf(place) : -1
    if (at === -1) {
      if (segment !== pattern) return undefined
      continue
    }
    const [before, after] = [pattern.slice(0, at), pattern.slice(at + place.length)]
    if (!segment.startsWith(before) || !segment.endsWith(after)) return undefined
    slug = segment.slice(before.length, segment.length - after.length)
    if (!isSlug(slug)) return undefined
  }
  return slug
}

/** What stands between the slashes, decoded and in NFC; undefined when it cannot be decoded. */
function segmentsOf(path: string): string[] | undefined {
  const segments = path.replace(/\/$/, '').split('/')
  try {
    return segments.map((segment) => decodeURIComponent(segment).normalize('NFC'))
  } catch {
    return undefined
  }
}

/** Where the site is: `publicUrl` when the operator has set one, and the path of articles below it. */
export interface SiteAddress {
  readonly publicUrl: string | undefined
  /** Path of an article on the site; holds `{slug}`. */
  readonly articlePath: string
}

/** The slug in an absolute URL of the site, whatever its scheme; undefined when it is none of an article. */
export function slugAtUrl(url: string, { publicUrl, articlePath }: SiteAddress): string | undefined {
  if (publicUrl === undefined) return undefined
  const [site, given] = [new URL(publicUrl), new URL(url)]
  const base = site.pathname.replace(/\/$/, '')
  if (given.host !== site.host || !given.pathname.startsWith(`${base}/`)) return undefined
  return slugInPath(given.pathname.slice(base.length), articlePath)
}
