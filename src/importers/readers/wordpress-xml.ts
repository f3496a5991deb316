import { SaxesParser } from 'saxes'
import { ImportError } from '../item.ts'

/** An element of XML with its own text, references and CDATA read. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly XmlElement[]
}

interface OpenElement extends XmlElement {
  text: string
  readonly children: OpenElement[]
}

const deepest = 30
const mostElements = 200_000

/** References of HTML that exporters leave in XML. */
const references: Readonly<Record<string, string>> = {
  nbsp: '\u00A0',
  copy: '©',
  hellip: '…',
  ldquo: '“',
  lsquo: '‘',
  mdash: '—',
  ndash: '–',
  raquo: '»',
  laquo: '«',
  rdquo: '”',
  rsquo: '’',
}

/**
 * Reads a piece of XML. Namespaces are not resolved: exports of all versions use the same prefixes, and a piece has no
 * declarations. Where it is not whole, as the beginning of a file, what is open at its end counts as closed, and the
 * element that has most children is answered. Throws ImportError for XML that is not well-formed or declares anything.
 */
export function parseElement(xml: string, { isWhole = true } = {}): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, text: '', children: [] }
  const open = [root]
  let count = 0
  const parser = new SaxesParser({ fragment: isWhole })
  Object.assign(parser.ENTITIES, references)
  parser.on('error', (error) => {
    throw new ImportError(`the XML is not well-formed: ${error.message.replace(/^\d+:\d+: /, '')}`)
  })
  parser.on('doctype', () => {
    throw new ImportError('the XML has a document type declaration (DOCTYPE), which is not read; remove it')
  })
  parser.on('opentag', ({ name, attributes }) => {
    count += 1
    if (open.length > deepest) throw new ImportError(`the XML is nested deeper than ${deepest} levels`)
    if (count > mostElements) throw new ImportError(`the XML has over ${mostElements} elements`)
    const element: OpenElement = {
      name,
      attributes: attributes as Record<string, string>,
      text: '',
      children: [],
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    open.pop()
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML may not have them, and exports do.
  parser.write(xml.replace(/^\uFEFF|[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, ''))
  if (isWhole) parser.close()
  const element = isWhole ? root.children[0] : open.at(-1)
  if (element === undefined) throw new ImportError('the XML has no element')
  return element
}

export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

/** The text of the first child of the name that has one. */
export function textOfChild(element: XmlElement, name: string): string | undefined {
  const text = element.children.find((child) => child.name === name && child.text.trim() !== '')?.text
  return text?.trim()
}
