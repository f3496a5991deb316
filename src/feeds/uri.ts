/**
 * An absolute http or https URL in the characters of RFC 3986. Browsers keep some in paths and queries that it does not
 * have, such as `|` and `[`, and readers of XML, JSON-LD and ninjs refuse those.
 */
export function toUri(url: string): string {
  const [, site = '', rest = '', fragment = ''] =
    /^(https?:\/\/[^/?#]*)([^#]*)(?:#(.*))?$/s.exec(new URL(url).href) ?? []
  return site + encodeOthers(rest) + (fragment && `#${encodeOthers(fragment)}`)
}

function encodeOthers(part: string): string {
  return part
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/g, encodeURIComponent)
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
}

/** The name of an article, author or term for ever and everywhere (RFC 9562): where it is found may change, this does not. */
export function urnOf(id: string): string {
  return `urn:uuid:${id}`
}
