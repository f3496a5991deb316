import { type DefaultTreeAdapterTypes, parseFragment, serialize } from 'parse5'
import { isElement, visit } from './html-tree.ts'

const links = new Set(['a', 'area'])

/**
 * The HTML of an ad, each of its links marked as paid for and opening a page of its own. It may still hold anything
 * else, and is for a document without rights of its own.
 */
export function withSponsoredLinks(html: string): string {
  const fragment: DefaultTreeAdapterTypes.DocumentFragment = parseFragment(html)
  visit(fragment.childNodes, (node) => {
    if (isElement(node) && links.has(node.tagName)) {
      const others = node.attrs.filter(({ name }) => name !== 'rel' && name !== 'target')
      node.attrs = [
        ...others,
        { name: 'rel', value: 'sponsored noopener' },
        { name: 'target', value: '_blank' },
      ]
    }
    return true
  })
  return serialize(fragment)
}
