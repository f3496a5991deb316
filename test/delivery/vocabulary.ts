interface Term {
  readonly '@id': string
  readonly '@type': string | string[]
  readonly 'rdfs:subClassOf'?: Reference | Reference[]
  readonly 'schema:domainIncludes'?: Reference | Reference[]
}
interface Reference {
  readonly '@id': string
}

const idsOf = (references: Reference | Reference[] | undefined) =>
  [references ?? []].flat().map((one) => one['@id'])

let parsed: { text: string; terms: Map<string, Term> } | undefined

/**
 * What in a JSON-LD object, and in those within it, is no property of its type by schema.org's vocabulary, as
 * `Type.property`; and types that it does not have.
 */
export function foreignProperties(vocabulary: string, node: unknown): string[] {
  if (parsed?.text !== vocabulary) {
    const graph = (JSON.parse(vocabulary) as { '@graph': Term[] })['@graph']
    parsed = { text: vocabulary, terms: new Map(graph.map((term) => [term['@id'], term])) }
  }
  const { terms } = parsed

  const ancestors = (id: string): string[] => [
    id,
    ...idsOf(terms.get(id)?.['rdfs:subClassOf']).flatMap(ancestors),
  ]

  const visit = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(visit)
    if (typeof value !== 'object' || value === null) return []
    const { '@type': type, '@context': _, '@id': _id, ...properties } = value as Record<string, unknown>
    if (!terms.has(`schema:${type}`)) return [String(type)]
    const types = ancestors(`schema:${type}`)
    return Object.entries(properties).flatMap(([name, inner]) => {
      const domains = idsOf(terms.get(`schema:${name}`)?.['schema:domainIncludes'])
      const own = domains.some((domain) => types.includes(domain)) ? [] : [`${type}.${name}`]
      return [...own, ...visit(inner)]
    })
  }
  return visit(node)
}
