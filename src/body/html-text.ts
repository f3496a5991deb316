import { type Element, isElement, isInvisible, type Node, textOfNode, visit } from './html-tree.ts'

/** The text of nodes to the letter, with line breaks as line feeds; without what `leaveOut` names. */
export function textOf(
  nodes: readonly Node[],
  leaveOut: (element: Element) => boolean = () => false,
): string {
  let text = ''
  visit(nodes, (node) => {
    text += textOfNode(node) ?? ''
    if (!isElement(node) || isInvisible(node) || leaveOut(node)) return false
    if (node.tagName === 'br') text += '\n'
    return true
  })
  return text.replace(/\r\n?/g, '\n')
}

/** The same on one line, without white space around it. */
export function lineOf(nodes: readonly Node[], leaveOut?: (element: Element) => boolean): string {
  return oneLine(textOf(nodes, leaveOut)).replace(/^ | $/g, '')
}

/** Text with each run of white space as one space. */
export function oneLine(text: string): string {
  return text.replace(/[ \t\n\f\r]+/g, ' ')
}
