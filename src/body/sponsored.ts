import { type DefaultTreeAdapterTypes, parseFragment, serialize } from 'parse5'
import { isElement, visit } from './html-tree.ts'

const links = new Set(['a', 'area'])

/**
 * The HTML of an ad, each of its links marked as paid for and opening a page of its own. It may still hold anything
 * else, and is for a document without rights of its own.
 */
export function withSponsoredLinks(html: string): string {
  const fragment: DefaultTreeAdapterTypes.DocumentFragment = parseFragment(html)
  // A template may be a shadow root that is shown, and has a fragment of its own.
  const open = [fragment]
  for (let one = open.pop(); one !== undefined; one = open.pop())
    visit(one.childNodes, (node) => {
      if (!isElement(node)) return false
      if (links.has(node.tagName)) markSponsored(node)
      if ('content' in node) open.push(node.content)
      return true
    })
  return serialize(fragment)
}

function markSponsored(link: DefaultTreeAdapterTypes.Element): void {
  link.attrs = [
    ...link.attrs.filter(({ name }) => name !== 'rel' && name !== 'target'),
    { name: 'rel', value: 'sponsored noopener' },
    { name: 'target', value: '_blank' },
  ]
}
