import { type PortableTextComponents, toHTML } from '@portabletext/to-html'
import type {
  Body,
  Code,
  Embed,
  Image,
  Link,
  Table,
  TableCell,
  TextBlock,
} from '../contract/portable-text.ts'
import { isSafeHref, isSafeSource, isWebUrl } from '../contract/safe-url.ts'

type Keyed = { readonly _key?: string | undefined; readonly anchor?: unknown }
type TypedNode = { _type: string; _key?: string }

/**
 * The body as HTML (a fragment). The element of each block carries its key as `data-key`. All text is escaped;
 * a link or image whose address is not safe loses it and keeps its text.
 */
export function toHtml(blocks: Body): string {
  return render(blocks.map((block) => ({ ...withStyleInside(block), anchor: block._key })))
}

/** The same HTML without the keys of blocks, for readers that know of none, such as feeds. */
export function toBareHtml(blocks: Body): string {
  return render(blocks.map(withStyleInside))
}

function render(nodes: TypedNode[]): string {
  return toHTML(nodes, { components, onMissingComponent: false })
}

/**
 * The library renders a list item that is also a heading or quote twice at each depth, and puts the lists
 * within it into the heading. As an inline object of a plain item it is rendered once, and beside them.
 */
function withStyleInside<T extends Body[number]>(block: T): TypedNode {
  if (block._type !== 'block' || block.listItem === undefined || block.style === 'normal') return block
  const { _key, listItem, ...styled }: TextBlock = block
  return { ...block, style: 'normal', children: [{ _type: 'styled-item', styled }] } as TypedNode
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** ` name="value"`, escaped; nothing for a value that is absent. */
function attribute(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeHtml(String(value))}"`
}

/** The `data-key` of a top-level block. The library's stand-ins for skipped list levels have other keys. */
function dataKey(node: Keyed): string {
  return node._key !== undefined && node.anchor === node._key ? attribute('data-key', node._key) : ''
}

const textElements: Readonly<Record<string, string>> = {
  h1: 'h1',
  h2: 'h2',
  h3: 'h3',
  h4: 'h4',
  h5: 'h5',
  h6: 'h6',
  blockquote: 'blockquote',
}

const components: PortableTextComponents = {
  escapeHTML: escapeHtml,
  hardBreak: () => '<br>',
  block: ({ value, children = '' }) => {
    if (value.style === 'inline') return children
    const element = textElements[value.style ?? ''] ?? 'p'
    return `<${element}${dataKey(value)}>${children}</${element}>`
  },
  listItem: ({ value, children = '' }) => `<li${dataKey(value)}>${children}</li>`,
  marks: {
    strong: ({ children }) => `<strong>${children}</strong>`,
    em: ({ children }) => `<em>${children}</em>`,
    underline: ({ children }) => `<u>${children}</u>`,
    'strike-through': ({ children }) => `<s>${children}</s>`,
    code: ({ children }) => `<code>${children}</code>`,
    sub: ({ children }) => `<sub>${children}</sub>`,
    sup: ({ children }) => `<sup>${children}</sup>`,
    link: ({ children, value }: { children: string; value?: Link }) =>
      value && isSafeHref(value.href)
        ? `<a${attribute('href', value.href)}${attribute('title', value.title)}>${children}</a>`
        : children,
  },
  types: {
    'styled-item': ({ value, index, renderNode }) =>
      renderNode({ node: value.styled, index, isInline: false, renderNode }),
    image: ({ value }) => renderImage(value),
    code: ({ value }) => renderCode(value),
    table: ({ value }) => renderTable(value),
    embed: ({ value }) => renderEmbed(value),
    'horizontal-rule': ({ value }) => `<hr${dataKey(value)}>`,
  },
  unknownMark: ({ children }) => children,
  unknownType: () => '',
}

function renderImage(image: Image): string {
  const size = `${attribute('width', image.width)}${attribute('height', image.height)}`
  const description = `${attribute('alt', image.alt)}${attribute('title', image.title)}`
  const picture = isSafeSource(image.src)
    ? `<img${attribute('src', image.src)}${description}${size}>`
    : escapeHtml(image.alt)
  const credit = image.credit ? `<small>${escapeHtml(image.credit)}</small>` : ''
  const caption = [escapeHtml(image.caption ?? ''), credit].filter(Boolean).join(' ')
  return `<figure${dataKey(image)}>${picture}${caption && `<figcaption>${caption}</figcaption>`}</figure>`
}

function renderCode(code: Code): string {
  const language = code.language?.trim().split(/\s+/u)[0]
  const name = language ? attribute('class', `language-${language}`) : ''
  // The line feed ends the last line, as Markdown's renderers write it too: browsers show none at the end.
  // At the beginning a parser drops one after <pre> only; <code> stands between.
  return `<pre${dataKey(code)}><code${name}>${escapeHtml(code.code)}\n</code></pre>`
}

function renderEmbed(embed: Embed): string {
  const url = escapeHtml(embed.url)
  const link = isWebUrl(embed.url) ? `<a href="${url}" rel="noopener">${url}</a>` : url
  const caption = embed.caption ? `<figcaption>${escapeHtml(embed.caption)}</figcaption>` : ''
  return `<figure${dataKey(embed)}>${link}${caption}</figure>`
}

function renderTable(table: Table): string {
  const renderRows = (rows: Table['rows'], element: 'td' | 'th') =>
    rows.map((row) => {
      const cells = row.cells.map((cell, column) => {
        const scope = element === 'th' ? ' scope="col"' : ''
        const alignment = table.alignment?.[column]
        const style = alignment ? ` style="text-align:${alignment}"` : ''
        return `<${element}${scope}${style}>${renderCell(cell)}</${element}>`
      })
      return `<tr>${cells.join('')}</tr>`
    })
  const head = renderRows(table.rows.slice(0, table.headerRows), 'th').join('')
  const rows = renderRows(table.rows.slice(table.headerRows), 'td').join('')
  return `<table${dataKey(table)}>${head && `<thead>${head}</thead>`}${rows && `<tbody>${rows}</tbody>`}</table>`
}

/** A cell of one plain paragraph is its text alone. */
function renderCell(cell: TableCell): string {
  const [first, ...others] = cell.value
  if (first?._type === 'block' && !first.listItem && first.style === 'normal' && others.length === 0) {
    return render([{ ...first, style: 'inline' } as TypedNode])
  }
  return render(cell.value.map(withStyleInside))
}
