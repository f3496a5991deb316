import { type DefaultTreeAdapterTypes, defaultTreeAdapter, html, parseFragment } from 'parse5'
import { ConversionError } from './conversion-error.ts'

export type Element = DefaultTreeAdapterTypes.Element
export type Node = DefaultTreeAdapterTypes.ChildNode

/**
 * Far more than a body of 5 MiB needs. Formatting that is left open is opened again in every paragraph, so few
 * tags can make very many elements, and a thread that runs out of memory can take the whole process with it.
 */
const maxNodes = 200_000

/** The nodes of an HTML fragment or page as a browser without scripts would have them in its `body`. */
export function parseHtml(source: string): readonly Node[] {
  let count = 0
  const countNode = () => {
    count += 1
    if (count <= maxNodes) return
    const detail = 'The content has over 200,000 elements and comments; divide it.'
    throw new ConversionError([{ code: 'too-many', detail }])
  }
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createElement: (...parts) => {
      countNode()
      return defaultTreeAdapter.createElement(...parts)
    },
    createCommentNode: (data) => {
      countNode()
      return defaultTreeAdapter.createCommentNode(data)
    },
  }
  const body = defaultTreeAdapter.createElement('body', html.NS.HTML, [])
  return parseFragment(body, source, { treeAdapter, scriptingEnabled: false }).childNodes
}

export function isElement(node: Node): node is Element {
  return 'tagName' in node
}

/** The child elements of one name, those that are not shown left out. */
export function childrenOf(element: Element, name: string): Element[] {
  return element.childNodes.filter(isElement).filter((child) => child.tagName === name && !isInvisible(child))
}

/** The text of a text node; undefined for every other node. */
export function textOfNode(node: Node): string | undefined {
  return node.nodeName === '#text' && 'value' in node ? node.value : undefined
}

/** An attribute's value, with line feeds alone for line breaks; undefined when it is absent. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value.replace(/\r\n?/g, '\n')
}

export function hasClass(element: Element, pattern: RegExp): boolean {
  return (attributeOf(element, 'class') ?? '').split(/\s+/u).some((name) => pattern.test(name))
}

/** The declarations of the `style` attribute, in lower case. */
export function stylesOf(element: Element): ReadonlyMap<string, string> {
  const style = attributeOf(element, 'style')
  const declarations = style === undefined ? [] : style.toLowerCase().split(';')
  return new Map(
    declarations.map((declaration) => {
      const colon = declaration.indexOf(':')
      return [declaration.slice(0, Math.max(colon, 0)).trim(), declaration.slice(colon + 1).trim()]
    }),
  )
}

const dropped = new Set(['noembed', 'noframes', 'script', 'style', 'svg', 'template', 'title'])

/** True for what a browser shows nothing of, and for drawings. */
export function isInvisible(element: Element): boolean {
  if (dropped.has(element.tagName) || attributeOf(element, 'hidden') !== undefined) return true
  return stylesOf(element).get('display') === 'none'
}

/**
 * Visits nodes in document order, and those inside an element when `enter` says so; without recursion, which
 * the input could make overflow.
 */
export function visit(nodes: readonly Node[], enter: (node: Node) => boolean): void {
  const open = nodes.toReversed()
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!enter(node) || !isElement(node)) continue
    for (let index = node.childNodes.length - 1; index >= 0; index -= 1) {
      const child = node.childNodes[index]
      if (child !== undefined) open.push(child)
    }
  }
}
