/** The longest address of a link, image or embed, in characters. */
export const maxUrlLength = 8000

/**
 * True for a link target that can run nothing: absolute with `http`, `https`, `mailto` or `tel`, or beginning
 * with `/`, `#` or `?`. It is stricter than the WHATWG URL parser, which skips tabs, line feeds and leading
 * control characters and reads `\` as `/`: here all of these are refused, and so is `//host`.
 */
export function isSafeHref(href: string): boolean {
  if (/[\p{Cc}\\]/u.test(href) || href !== href.trim()) return false
  if (/^[/#?]/.test(href)) return !href.startsWith('//')
  if (/^(mailto|tel):./i.test(href)) return URL.canParse(href)
  return isWebUrl(href)
}

/** True for an absolute `http` or `https` URL; see `isSafeHref` for what is refused. */
export function isWebUrl(url: string): boolean {
  return (
    /^https?:\/\/[^/?#]/i.test(url) && !/[\p{Cc}\\]/u.test(url) && url === url.trim() && URL.canParse(url)
  )
}

/** True for what an image may be loaded from: an absolute `http` or `https` URL, or a path beginning with `/`. */
export function isSafeSource(source: string): boolean {
  return isWebUrl(source) || (source.startsWith('/') && isSafeHref(source))
}
