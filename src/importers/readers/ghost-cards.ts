import { listOf, type Members, membersOf, textOf } from './values.ts'

/** What Ghost's editors store, written as HTML, and the kinds of cards that were left out. */
export interface CardHtml {
  readonly html: string
  readonly losses: readonly string[]
}

const deepest = 50

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A card by its name and payload; undefined for kinds that are not known. */
function htmlOfCard(name: string, card: Members): string | undefined {
  const src = textOf(card.src)
  const url = textOf(card.url)
  if (name === 'html' || name === 'markdown' || name === 'card-markdown')
    return (
      textOf(card.html) ?? `<p>${escapeHtml(textOf(card.markdown) ?? '').replaceAll('\n\n', '</p><p>')}</p>`
    )
  if (name === 'image' && src !== undefined)
    return `<figure><img src="${escapeHtml(src)}" alt="${escapeHtml(textOf(card.alt) ?? textOf(card.altText) ?? '')}"><figcaption>${textOf(card.caption) ?? ''}</figcaption></figure>`
  if (name === 'hr' || name === 'horizontalrule') return '<hr>'
  if (name === 'code' || name === 'codeblock')
    return `<pre><code>${escapeHtml(textOf(card.code) ?? '')}</code></pre>`
  if ((name === 'embed' || name === 'bookmark') && url !== undefined)
    return (
      textOf(card.html) ??
      `<p><a href="${escapeHtml(url)}">${escapeHtml(textOf(membersOf(card.metadata).title) ?? url)}</a></p>`
    )
  if (name === 'callout') return `<p>${textOf(card.calloutText) ?? ''}</p>`
  return undefined
}

const formats: readonly (readonly [bit: number, tag: string])[] = [
  [1, 'strong'],
  [2, 'em'],
  [4, 's'],
  [8, 'u'],
  [16, 'code'],
  [32, 'sub'],
  [64, 'sup'],
]

const containers: Readonly<Record<string, string>> = {
  paragraph: 'p',
  quote: 'blockquote',
  aside: 'blockquote',
  listitem: 'li',
}

/** Lexical, which Ghost 5 stores. */
export function htmlOfLexical(document: unknown): CardHtml {
  const losses = new Set<string>()
  const write = (value: unknown, depth: number): string => {
    const node = membersOf(value)
    const type = textOf(node.type) ?? ''
    if (depth > deepest) return ''
    const inner = () =>
      listOf(node.children)
        .map((child) => write(child, depth + 1))
        .join('')
    if (type === 'text' || type === 'extended-text') {
      const format = Number(node.format ?? 0)
      return formats.reduce(
        (html, [bit, tag]) => (format & bit ? `<${tag}>${html}</${tag}>` : html),
        escapeHtml(textOf(node.text) ?? ''),
      )
    }
    if (type === 'linebreak') return '<br>'
    if (type === 'link') return `<a href="${escapeHtml(textOf(node.url) ?? '')}">${inner()}</a>`
    if (type === 'heading' || type === 'extended-heading')
      return wrap(/^h[1-6]$/.test(String(node.tag)) ? String(node.tag) : 'h2', inner())
    if (type === 'list') return wrap(node.listType === 'number' ? 'ol' : 'ul', inner())
    const tag = containers[type.replace('extended-', '')]
    if (tag !== undefined) return wrap(tag, inner())
    const card = htmlOfCard(type, node)
    if (card !== undefined) return card
    const content = inner()
    if (content === '' && type !== 'root' && type !== '')
      losses.add(`a card of the kind ${type.slice(0, 40)}`)
    return content
  }
  return { html: write(membersOf(document).root, 0), losses: [...losses] }
}

/** Mobiledoc 0.3, which Ghost 1 to 4 store. */
export function htmlOfMobiledoc(document: unknown): CardHtml {
  const losses = new Set<string>()
  const { sections, cards, markups, atoms } = membersOf(document)
  const write = (markers: unknown): string => {
    const open: string[] = []
    let html = ''
    for (const marker of listOf(markers)) {
      const [kind, opening, closing, value] = listOf(marker)
      for (const index of listOf(opening)) {
        const [tag, attributes] = listOf(listOf(markups)[Number(index)])
        const name = /^[a-z]\w{0,9}$/.test(String(tag)) ? String(tag) : 'span'
        const href = name === 'a' ? ` href="${escapeHtml(String(listOf(attributes)[1] ?? ''))}"` : ''
        open.push(name)
        html += `<${name}${href}>`
      }
      html += kind === 1 ? atomText(listOf(atoms)[Number(value)]) : escapeHtml(textOf(value) ?? '')
      for (let left = Number(closing ?? 0); left > 0 && open.length > 0; left -= 1) html += `</${open.pop()}>`
    }
    return html
  }
  const html = listOf(sections).map((section) => {
    const [kind, second, third] = listOf(section)
    if (kind === 1)
      return wrap(/^(?:p|h[1-6]|blockquote|aside)$/.test(String(second)) ? String(second) : 'p', write(third))
    if (kind === 2) return `<img src="${escapeHtml(String(second))}" alt="">`
    if (kind === 3)
      return wrap(
        second === 'ol' ? 'ol' : 'ul',
        listOf(third)
          .map((item) => wrap('li', write(item)))
          .join(''),
      )
    if (kind !== 10) return ''
    const [name, payload] = listOf(listOf(cards)[Number(second)])
    const card = htmlOfCard(String(name), membersOf(payload))
    if (card === undefined) losses.add(`a card of the kind ${String(name).slice(0, 40)}`)
    return card ?? ''
  })
  return { html: html.join('\n'), losses: [...losses] }
}

function atomText(atom: unknown): string {
  const [name, text] = listOf(atom)
  return name === 'soft-return' ? '<br>' : escapeHtml(textOf(text) ?? '')
}

function wrap(tag: string, html: string): string {
  return `<${tag}>${html}</${tag}>`
}
