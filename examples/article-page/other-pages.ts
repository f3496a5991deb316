import type { ListedCard } from './api.ts'
import { attribute, html, link } from './html.ts'
import { addressOf, type Page, siteLanguage, siteName } from './layout.ts'

/** The newest articles. */
export function frontPage(cards: readonly ListedCard[]): Page {
  const items = cards.map(
    ({ slug, title, excerpt, language }) =>
      html`<li${attribute('lang', language)} dir="auto">${link(addressOf(slug), html`<strong>${title}</strong>`)}<p>${excerpt}</p></li>`,
  )
  return {
    title: siteName,
    description: null,
    canonicalUrl: null,
    language: siteLanguage,
    content: html`<main id="content" class="related"><h1>Newest articles</h1><ul>${items}</ul></main>`,
  }
}

/** For an article that was public and is no longer, with the reason that the newsroom gives, if any. */
export function gonePage(publicReason: string | null): Page {
  return messagePage('This article is no longer available', publicReason)
}

/** One message, with a way on. */
export function messagePage(title: string, text: string | null): Page {
  return {
    title,
    description: null,
    canonicalUrl: null,
    language: siteLanguage,
    content: html`<main id="content"><h1>${title}</h1>
${text && html`<p>${text}</p>`}
<p><a href="/">To the newest articles</a></p></main>`,
  }
}
