import { type PortableTextComponents, toHTML } from '@portabletext/to-html'
import { adSlot } from './ads.ts'
import type { AdSlot, Body, Code, Embed, Image, Link, Table, TableCell } from './delivered.ts'
import { attribute, type Html, html, link, trusted } from './html.ts'

type Rendered = { readonly children?: string }
type Shown<T> = { readonly value: T }

/** The body of an article, with the ads of `in-body` slots behind the blocks that they follow. */
export function body(blocks: Body, slots: readonly AdSlot[]): Html {
  // An ad becomes one more block of a type of its own, so that the renderer puts it between the others.
  const withAds = blocks.flatMap((block) => [
    block,
    ...slots
      .filter(({ anchor }) => anchor.place === 'in-body' && anchor.afterKey === block._key)
      .map((slot) => ({ _type: 'ad-slot', slot })),
  ])
  return render(withAds)
}

function render(blocks: readonly { readonly _type: string }[]): Html {
  return trusted(toHTML([...blocks], { components }))
}

/**
 * How blocks and marks look: what the renderer has no element for, or another one than is wanted here. It escapes
 * text by itself; the markup that is made here is ours to escape, which `html` does.
 */
const components: PortableTextComponents = {
  block: {
    // The page has one h1, its title.
    h1: ({ children }: Rendered) => `<h2>${children}</h2>`,
  },
  marks: {
    link: ({ children, value }: Rendered & { readonly value?: Link }) =>
      link(value?.href ?? null, trusted(children ?? ''), { title: value?.title }).text,
    underline: ({ children }: Rendered) => `<u>${children}</u>`,
    sub: ({ children }: Rendered) => `<sub>${children}</sub>`,
    sup: ({ children }: Rendered) => `<sup>${children}</sup>`,
  },
  types: {
    'ad-slot': ({ value }: Shown<{ readonly slot: AdSlot }>) => adSlot(value.slot).text,
    image: ({ value }: Shown<Image>) => image(value).text,
    code: ({ value }: Shown<Code>) => html`<pre tabindex="0"><code>${value.code}</code></pre>`.text,
    table: ({ value }: Shown<Table>) => table(value).text,
    embed: ({ value }: Shown<Embed>) => embed(value).text,
    'horizontal-rule': () => '<hr>',
  },
  // A block that came into the API after this page was written: nothing is better than something wrong.
  unknownType: () => '',
}

function image({ src, alt, title, width, height, caption, credit }: Image): Html {
  const size = html`${attribute('width', width)}${attribute('height', height)}${attribute('title', title)}`
  return html`<figure>
<img src="${src}" alt="${alt}"${size} loading="lazy">
${(caption || credit) && html`<figcaption>${caption} ${credit && html`<small>${credit}</small>`}</figcaption>`}
</figure>`
}

/** A link. A site that wants players writes them here, for the providers that it knows and trusts. */
function embed({ url, caption }: Embed): Html {
  return html`<figure>${link(url, url)}${caption && html`<figcaption>${caption}</figcaption>`}</figure>`
}

function table({ rows, headerRows, alignment }: Table): Html {
  const show = (some: Table['rows'], cell: (content: Html, align: Html) => Html) =>
    some.map(({ cells }) => {
      const shown = cells.map(({ value }, column) => {
        const align = alignment?.[column]
        return cell(cellContent(value), attribute('style', align && `text-align:${align}`))
      })
      return html`<tr>${shown}</tr>`
    })
  const head = show(
    rows.slice(0, headerRows),
    (content, align) => html`<th scope="col"${align}>${content}</th>`,
  )
  const rest = show(rows.slice(headerRows), (content, align) => html`<td${align}>${content}</td>`)
  // Wide tables scroll on a phone; what scrolls must be reachable by keyboard.
  return html`<div class="wide" tabindex="0"><table><thead>${head}</thead><tbody>${rest}</tbody></table></div>`
}

function cellContent(blocks: TableCell['value']): Html {
  return render(blocks)
}
