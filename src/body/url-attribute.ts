import { isSafeHref, isSafeSource, maxUrlLength } from '../contract/safe-url.ts'

/**
 * A URL as a browser reads it from an attribute: without white space around it and without tabs and line breaks
 * within. One that leaves out the scheme (`//host/path`) is of `https`. Undefined when there is none, or it is
 * too long to be stored.
 */
export function readUrl(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 3 * maxUrlLength) return undefined
  const url = value
    .trim()
    .replace(/[\t\n\r]/g, '')
    .normalize('NFC')
  if (url === '' || url.length > maxUrlLength) return undefined
  return url.startsWith('//') ? `https:${url}` : url
}

/** The target of a link; undefined when it could run something. */
export function readHref(value: string | undefined): string | undefined {
  const url = readUrl(value)
  return url !== undefined && isSafeHref(url) ? url : undefined
}

/** Where an image is loaded from; undefined when that is not of the web. */
export function readSource(value: string | undefined): string | undefined {
  const url = readUrl(value)
  return url !== undefined && isSafeSource(url) ? url : undefined
}
