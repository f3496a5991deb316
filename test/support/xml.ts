import { SaxesParser } from 'saxes'

/** An element as a strict reader of XML finds it. */
export interface ReadElement {
  /** With its prefix. */
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: ReadElement[]
  /** Its own text, without that of its children. */
  text: string
}

/** Reads a document as XML 1.0 with namespaces; throws at the first thing that is not well-formed. */
export function readXml(document: string): ReadElement {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const root: ReadElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: ReadElement = {
      name,
      attributes: Object.fromEntries(Object.values(attributes).map((one) => [one.name, one.value])),
      children: [],
      text: '',
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const addText = (text: string) => {
    const at = open.at(-1)
    if (at) at.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => void open.pop())
  for (const found of ['comment', 'processinginstruction', 'doctype'] as const)
    parser.on(found, () => {
      throw new Error(`a ${found}, which we do not write`)
    })
  parser.write(document).close()
  const [document_] = root.children
  if (!document_) throw new Error('no root')
  return document_
}

/** The children of an element by this name. */
export function childrenOf(element: ReadElement, name: string): ReadElement[] {
  return element.children.filter((child) => child.name === name)
}

/** The text of the children by this name. */
export function textsOf(element: ReadElement, name: string): string[] {
  return childrenOf(element, name).map(({ text }) => text)
}

/** The text as XML can have it: control characters and U+FFFE and U+FFFF are lost, and every line end is a line feed. */
export function inXml(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu, '').replace(/\r\n?/g, '\n')
}
