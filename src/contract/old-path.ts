const longest = 2_048

/**
 * The one form in which a path of a site is kept and looked for: decoded, in NFC, without a slash at its end and without
 * query. Undefined for what is no path, for the home page, and for what is over 2,048 characters.
 */
export function oldPathOf(path: string): string | undefined {
  const bare = path.replace(/[?#].*$/s, '')
  if (!bare.startsWith('/') || bare.startsWith('//') || bare.length > longest) return undefined
  try {
    const decoded = bare.split('/').map(decodeURIComponent).join('/').normalize('NFC').replace(/\/+$/, '')
    return decoded === '' || /[\0\\]/.test(decoded) ? undefined : decoded
  } catch {
    return undefined
  }
}

/** A path that was kept in the form that `oldPathOf` makes the same of. */
export function writtenPathOf(kept: string): string {
  return kept.replace(/[%?#]/g, encodeURIComponent).replace(/^\/\//, '/%2F')
}

/** The paths of an article in the form in which they are kept, without those that are no paths. */
export function keptPathsOf(articleId: string, paths: readonly string[]) {
  return paths.flatMap((written) => {
    const path = oldPathOf(written)
    return path === undefined ? [] : [{ path, articleId }]
  })
}
