import type { RelatedLink } from './delivered.ts'
import { attribute, type Html, html, link } from './html.ts'
import { addressOf, siteLanguage } from './layout.ts'

/** What is said before links that are more than related. */
const kinds: Readonly<Partial<Record<RelatedLink['kind'], string>>> = {
  background: 'Background',
  'follow-up': 'Follow-up',
  update: 'Update',
  translation: 'Translation',
  source: 'Source',
}

/** The related links, in the order that the editors gave them. */
export function related(links: readonly RelatedLink[]): Html | false {
  if (links.length === 0) return false
  return html`<nav class="related" aria-labelledby="related">
<h2 id="related" lang="${siteLanguage}">Related articles</h2>
<ul>${links.map(relatedLink)}</ul>
</nav>`
}

/** A link to an article here, to an address elsewhere, or to nothing yet: then its title stands alone. */
function relatedLink({ kind, title, excerpt, url, article }: RelatedLink): Html {
  const name = kinds[kind]
  const target = article === null ? url : addressOf(article.slug)
  return html`<li${attribute('lang', article?.language)} dir="auto">
${name !== undefined && html`<span class="kind" lang="${siteLanguage}">${name}</span>`}
${link(target, html`<strong>${title}</strong>`, { hreflang: article?.language })}
${excerpt && html`<p>${excerpt}</p>`}
</li>
`
}
