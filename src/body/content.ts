/** The key of each link of a block and its place among them, by which a mark is compared. */
type LinkPlaces = ReadonlyMap<unknown, string>

const noLinks: LinkPlaces = new Map()

/**
 * What a block, row, cell or span says, as JSON without its keys, to compare and to hash: two of them with the
 * same content differ in nothing that a reader could see. Members are in a fixed order; marks that name a link
 * name it by its place.
 */
export function contentOf(node: unknown): string {
  return write(node, noLinks)
}

/** The contents of a text block's spans, in order. */
export function spanContents(block: {
  readonly children: readonly unknown[]
  readonly markDefs: unknown
}): string[] {
  const links = placesOfLinks(block.markDefs)
  return block.children.map((span) => write(span, links))
}

function write(node: unknown, links: LinkPlaces): string {
  if (Array.isArray(node)) return `[${node.map((item: unknown) => write(item, links)).join(',')}]`
  if (typeof node !== 'object' || node === null) return JSON.stringify(node) ?? 'null'
  const members = node as Readonly<Record<string, unknown>>
  // Nearly all of a body is spans, which have no other members.
  if (members._type === 'span')
    return `{"_type":"span","marks":${writeMarks(members.marks, links)},"text":${JSON.stringify(members.text)}}`
  const ownLinks = 'markDefs' in members ? placesOfLinks(members.markDefs) : links
  let text = ''
  for (const name of Object.keys(members).sort()) {
    const value = members[name]
    if (name === '_key' || value === undefined) continue
    const written = name === 'marks' ? writeMarks(value, ownLinks) : write(value, ownLinks)
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${written}`
  }
  return `{${text}}`
}

function placesOfLinks(markDefs: unknown): LinkPlaces {
  if (!Array.isArray(markDefs) || markDefs.length === 0) return noLinks
  return new Map(markDefs.map((markDef: { _key?: unknown }, index) => [markDef._key, `link ${index}`]))
}

function writeMarks(marks: unknown, links: LinkPlaces): string {
  if (!Array.isArray(marks) || marks.length === 0) return '[]'
  return `[${marks.map((mark: unknown) => JSON.stringify(links.get(mark) ?? mark)).join(',')}]`
}
