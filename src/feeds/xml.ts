import Builder from 'fast-xml-builder'

/** Elements by name, attributes with `@` before theirs, text beside attributes as `#text`; what is undefined is left out. */
export interface XmlElement {
  readonly [name: string]: XmlValue
}
export type XmlValue = string | undefined | XmlElement | readonly (string | XmlElement)[]

/** What XML 1.0 has no way to write, escaped or not: most control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const withoutNotXml = (_name: string, value: unknown) => String(value).replace(notXml, '')

const builder = new Builder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
  tagValueProcessor: withoutNotXml,
  attributeValueProcessor: withoutNotXml,
})

/** Elements that stand within a document, escaped as there. */
export function xmlFragment(elements: XmlElement): string {
  return builder.build(elements)
}

/** The document with this one root. All text is escaped, and none of it is in CDATA sections, which `]]>` would end. */
export function xmlDocument(root: XmlElement): string {
  return builder.build({ '?xml': { '@version': '1.0', '@encoding': 'UTF-8' }, ...root })
}
