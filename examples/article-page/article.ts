import { adsAt } from './ads.ts'
import { body } from './body.ts'
import type { Article } from './delivered.ts'
import { type Html, html, link } from './html.ts'
import { type Page, siteLanguage } from './layout.ts'
import { related } from './related.ts'

/** The whole page of an article. Each ad stands at its anchor. */
export function articlePage(article: Article): Page {
  const { title, seo, excerpt, url, language, ads } = article
  const blocks = Array.isArray(article.body) ? article.body : []
  const sidebar = adsAt('sidebar', ads)
  return {
    title: seo.title ?? title,
    description: seo.description ?? excerpt,
    canonicalUrl: seo.canonicalUrl ?? url,
    language,
    content: html`
${adsAt('top', ads)}
<div class="columns">
<main id="content">
<article>
${heading(article)}
${adsAt('before-body', ads)}
<div class="body">
${body(blocks, ads)}
</div>
${corrections(article)}
${source(article)}
${adsAt('after-body', ads)}
</article>
${related(article.related)}
${adsAt('after-related', ads)}
</main>
${sidebar.length > 0 && html`<div class="sidebar">${sidebar}</div>`}
</div>
${adsAt('bottom', ads)}`,
  }
}

function heading({ section, title, subtitle, authors, credit, publishedAt, updatedAt }: Article): Html {
  const names = [...authors.map(({ name }) => name), ...(credit ? [credit] : [])].join(', ')
  const updated = updatedAt !== publishedAt && html`, updated ${time(updatedAt)}`
  return html`<header>
${section && html`<p class="section">${section.name}</p>`}
<h1>${title}</h1>
${subtitle && html`<p class="subtitle">${subtitle}</p>`}
<p class="byline">${names && html`${names} · `}<span lang="${siteLanguage}">Published ${time(publishedAt)}${updated}</span></p>
</header>`
}

function time(instant: string): Html {
  const format = new Intl.DateTimeFormat(siteLanguage, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return html`<time datetime="${instant}">${format.format(new Date(instant))} UTC</time>`
}

function corrections({ corrections: made }: Article): Html | false {
  if (made.length === 0) return false
  return html`<section class="corrections" aria-labelledby="corrections">
<h2 id="corrections" lang="${siteLanguage}">Corrections</h2>
<ul>${made.map(({ at, text }) => html`<li>${text} <span lang="${siteLanguage}">${time(at)}</span></li>`)}</ul>
</section>`
}

function source({ source: from }: Article): Html | false {
  if (from === null) return false
  return html`<p class="source">${from.attribution} ${link(from.url, from.name ?? from.url ?? '')}</p>`
}
