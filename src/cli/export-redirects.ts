import { writtenPathOf } from '../contract/old-path.ts'
import { fileNameOf } from '../exports/file-name.ts'
import { pathOfSlug } from '../http/article-paths.ts'
import type { Addresses } from '../store/export-addresses.ts'

/** What is known of a public article by what leads to it. */
interface Addressed extends Pick<Addresses, 'slugs' | 'oldPaths'> {
  readonly id: string
  /** Under which it is public. */
  readonly slug: string
}

/**
 * The lines of a `_redirects` file, as Netlify, Cloudflare Pages and GitLab Pages read one, from where an article was to
 * where it is: on the site, and among the files of the folder.
 */
export function redirectsOf({ id, slug, slugs, oldPaths }: Addressed, articlePath: string): string {
  const [page, file] = [
    pathOfSlug(slug, articlePath),
    `/v1/articles/${encodeURIComponent(fileNameOf({ id, slug }))}.json`,
  ]
  const former = slugs.map((each) => each.slug).filter((each) => each !== slug)
  const redirects = [
    ...former.map((each) => [pathOfSlug(each, articlePath), page]),
    ...oldPaths.map((path) => [uriOf(path), page]),
    ...former.map((each) => [`/v1/articles/${encodeURIComponent(each)}.json`, file]),
  ]
  return redirects.map(([from, to]) => `${from} ${to} 301\n`).join('')
}

/** Percent-encoded; `*` and `:` would stand for something else. */
function uriOf(kept: string): string {
  return encodeURI(writtenPathOf(kept)).replaceAll('%25', '%').replaceAll('*', '%2A').replaceAll(':', '%3A')
}
