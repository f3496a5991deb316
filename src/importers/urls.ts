/** The URL as an absolute one of http or https; undefined for what is none. */
export function absoluteUrl(value: unknown, base: string | null): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > 8_000) return undefined
  const url = URL.parse(value.trim(), base ?? undefined)
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : undefined
}

/** The path under which a URL was to be found on its site: `/2024/01/story/`. Undefined for the home page. */
export function pathOf(url: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined
  return parsed.pathname.replaceAll('/', '') === '' ? undefined : parsed.pathname
}

/** Host and folder of a site, to tell items of several sites apart: `news.example/fr`. */
export function siteOf(url: string | undefined): string | undefined {
  const parsed = url === undefined ? null : URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined
  return `${parsed.host}${parsed.pathname.replace(/\/+$/, '')}`.slice(0, 80)
}

/** The last part of a path, which is an article's name there. */
export function lastPartOf(path: string | undefined): string | undefined {
  const part = path?.split('/').filter(Boolean).at(-1)
  if (part === undefined) return undefined
  try {
    return decodeURIComponent(part).replace(/\.\w{2,5}$/, '')
  } catch {
    return undefined
  }
}
