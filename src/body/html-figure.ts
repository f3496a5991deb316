import { keyPattern } from '../contract/portable-text.ts'
import { isWebUrl } from '../contract/safe-url.ts'
import type { ObjectOf } from './block-list.ts'
import { readFrameAddress } from './embed-providers.ts'
import { lineOf, oneLine } from './html-text.ts'
import {
  attributeOf,
  type Element,
  hasClass,
  isElement,
  isInvisible,
  type Node,
  textOfNode,
  visit,
} from './html-tree.ts'

interface Caption {
  readonly caption?: string
  readonly credit?: string
}

/** What a `figcaption` says. Its small print, and what its classes call a credit, is the credit. */
export function captionOf(figcaption: Element): Caption {
  const credits: Node[] = []
  visit(figcaption.childNodes, (node) => {
    if (!isElement(node) || isInvisible(node)) return false
    if (!isCredit(node)) return true
    credits.push(node)
    return false
  })
  const caption = lineOf(figcaption.childNodes, isCredit)
  const credit = lineOf(credits)
  return { ...(caption === '' ? {} : { caption }), ...(credit === '' ? {} : { credit }) }
}

function isCredit(element: Element): boolean {
  return element.tagName === 'small' || hasClass(element, /credit/i)
}

/** The embed that `toHtml` writes: a figure with a key that holds a link to itself, and perhaps a caption. */
export function ownEmbedOf(figure: Element): ObjectOf<'embed'> | undefined {
  const content = figure.childNodes.filter((node) => !isElement(node) || node.tagName !== 'figcaption')
  const [link, ...others] = content.filter((node) => isElement(node) || textOfNode(node)?.trim())
  if (link === undefined || others.length > 0 || !isElement(link) || link.tagName !== 'a') return undefined
  const url = attributeOf(link, 'href') ?? ''
  const isOwn =
    keyPattern.test(attributeOf(figure, 'data-key') ?? '') &&
    attributeOf(link, 'rel') === 'noopener' &&
    lineOf(link.childNodes) === oneLine(url)
  return isOwn && isWebUrl(url) ? { _type: 'embed', url, ...readFrameAddress(url) } : undefined
}
