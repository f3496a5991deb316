/**
 * What crawlers may fetch (RFC 9309): all that is public. `sitemapUrl` is the absolute address of the sitemap index;
 * undefined where there is none.
 */
export function toRobots(sitemapUrl: string | undefined): string {
  const lines = ['User-agent: *', 'Disallow: /manage/', 'Disallow: /v1/preview/']
  if (sitemapUrl !== undefined) lines.push('', `Sitemap: ${sitemapUrl}`)
  return `${lines.join('\n')}\n`
}
