/**
 * What a block, row, cell or span says, without its keys: two of them with the same content differ in nothing
 * that a reader could see. Members are in a fixed order; marks that name a link name it by its place.
 */
export function withoutKeys(node: unknown): unknown {
  return strip(node, new Map())
}

function strip(node: unknown, links: ReadonlyMap<unknown, string>): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => strip(item, links))
  if (typeof node !== 'object' || node === null) return node
  const ownLinks = 'markDefs' in node ? placesOfLinks(node.markDefs) : links
  const members = Object.entries(node)
    .filter(([name, value]) => name !== '_key' && value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => [name, name === 'marks' ? nameByPlace(value, ownLinks) : strip(value, ownLinks)])
  return Object.fromEntries(members)
}

function placesOfLinks(markDefs: unknown): ReadonlyMap<unknown, string> {
  const keys = Array.isArray(markDefs) ? markDefs.map((markDef: { _key?: unknown }) => markDef._key) : []
  return new Map(keys.map((key, index) => [key, `link ${index}`]))
}

function nameByPlace(marks: unknown, links: ReadonlyMap<unknown, string>): unknown {
  return Array.isArray(marks) ? marks.map((mark: unknown) => links.get(mark) ?? mark) : marks
}

/** The content as text, to compare and to hash. */
export function contentOf(node: unknown): string {
  return JSON.stringify(withoutKeys(node))
}

/** The contents of a text block's spans, in order. */
export function spanContents(block: {
  readonly children: readonly unknown[]
  readonly markDefs: unknown
}): string[] {
  const links = placesOfLinks(block.markDefs)
  return block.children.map((span) => JSON.stringify(strip(span, links)))
}
