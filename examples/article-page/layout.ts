import { readFileSync } from 'node:fs'
import { attribute, type Html, html, trusted } from './html.ts'

/** The language of the site's own words, such as "Related articles"; articles bring their own. */
export const siteLanguage = 'en'

export const siteName = 'The Example Post'

export interface Page {
  readonly title: string
  readonly description: string | null
  readonly canonicalUrl: string | null
  readonly language: string
  readonly content: Html
}

const css = trusted(readFileSync(new URL('style.css', import.meta.url), 'utf8'))

/** Where an article is on this site. It must agree with the `ARTICLE_PATH` that the API makes its links with. */
export function addressOf(slug: string): string {
  return `/${encodeURIComponent(slug)}`
}

/** A whole document. */
export function layout({ title, description, canonicalUrl, language, content }: Page): string {
  return html`<!doctype html>
<html lang="${language}" dir="${direction(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${description && html`<meta name="description"${attribute('content', description)}>`}
${canonicalUrl && html`<link rel="canonical" href="${canonicalUrl}">`}
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
<a class="skip" href="#content" lang="${siteLanguage}">Skip to the content</a>
<header class="site" lang="${siteLanguage}" dir="auto"><a href="/">${siteName}</a></header>
${content}
</body>
</html>
`.text
}

const rightToLeftScripts = new Set([
  'Adlm',
  'Arab',
  'Aran',
  'Hebr',
  'Mand',
  'Nkoo',
  'Rohg',
  'Samr',
  'Syrc',
  'Thaa',
])

function direction(language: string): 'ltr' | 'rtl' {
  return rightToLeftScripts.has(new Intl.Locale(language).maximize().script ?? '') ? 'rtl' : 'ltr'
}
