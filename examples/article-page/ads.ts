import type { AdSlot } from './delivered.ts'
import { attribute, type Html, html, link } from './html.ts'

type Placement = AdSlot['placements'][number]

/** The slots at one place of the page, in the order in which they are delivered. */
export function adsAt(place: AdSlot['anchor']['place'], slots: readonly AdSlot[]): Html[] {
  return slots.filter(({ anchor }) => anchor.place === place).map(adSlot)
}

/** One slot with its label, which tells readers that this is no journalism, and its ads in order. */
export function adSlot({ slot, label, placements }: AdSlot): Html {
  return html`<aside class="ads" aria-label="${label}" data-slot="${slot}">
<p class="label">${label}</p>
<ul>${placements.map((placement) => html`<li>${ad(placement, label)}</li>`)}</ul>
</aside>
`
}

function ad({ creative }: Placement, label: string): Html {
  const { title, html: creativeHtml, clickUrl, rel } = creative
  if (creativeHtml === null) return link(clickUrl, title, { rel })
  return html`${frame(creative, creativeHtml, label)}${clickUrl !== null && html`<p>${link(clickUrl, title, { rel })}</p>`}`
}

/**
 * HTML that somebody outside the newsroom wrote, in a frame that can do nothing to the page: it has an origin of
 * its own, and neither scripts nor forms. Its links open in a new tab.
 *
 * For ads that bring scripts, add `allow-scripts` and serve the frame from another address: a frame made by
 * `srcdoc` inherits this page's Content-Security-Policy. Never give it `allow-same-origin` as well: the two
 * together let it out.
 */
function frame({ title, sizes }: Placement['creative'], creativeHtml: string, label: string): Html {
  // A site with several sizes would choose one by the width of the page.
  const [width, height] = sizes[0]?.split('x') ?? ['100%', '250']
  return html`<iframe title="${label}: ${title}" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"${attribute(
    'width',
    width,
  )}${attribute('height', height)} srcdoc="<!doctype html><base target='_blank'>${creativeHtml}"></iframe>`
}
