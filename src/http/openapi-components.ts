import type { OpenAPIV3_1 } from 'openapi-types'

type Schemas = NonNullable<OpenAPIV3_1.ComponentsObject['schemas']>

const prefix = '#/components/schemas/'
const inputSuffix = 'Input'

/**
 * The document with every component once: an input form that says the same as the output form is replaced by
 * it, and what nothing refers to is left out.
 */
export function tidyComponents(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const renamed = renameReferences(document, sameInputs(document.components?.schemas ?? {}))
  const schemas = renamed.components?.schemas ?? {}
  const used = reachable(renamed, schemas)
  const kept = Object.entries(schemas).filter(([name]) => used.has(name))
  return {
    ...renamed,
    components: {
      ...renamed.components,
      schemas: Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

/** The input forms that equal their output form, given that those they refer to do too. */
function sameInputs(schemas: Schemas): Map<string, string> {
  const outputOf = new Map(
    Object.keys(schemas)
      .filter((name) => name.endsWith(inputSuffix) && name.slice(0, -inputSuffix.length) in schemas)
      .map((name) => [name, name.slice(0, -inputSuffix.length)]),
  )
  // A pair that differs makes those that refer to it differ, so look again until no pair falls out.
  for (let size = -1; size !== outputOf.size; ) {
    size = outputOf.size
    for (const [input, output] of outputOf) {
      const asOutput = JSON.stringify(renameReferences(schemas[input], outputOf))
      if (asOutput !== JSON.stringify(schemas[output])) outputOf.delete(input)
    }
  }
  return outputOf
}

function renameReferences<T>(value: T, names: ReadonlyMap<string, string>): T {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) => {
    if (key !== '$ref' || typeof inner !== 'string' || !inner.startsWith(prefix)) return inner
    const name = inner.slice(prefix.length)
    return `${prefix}${names.get(name) ?? name}`
  })
}

function reachable(document: OpenAPIV3_1.Document, schemas: Schemas): Set<string> {
  const found = new Set<string>()
  const open: unknown[] = [{ ...document, components: { ...document.components, schemas: {} } }]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    for (const name of referredFrom(value)) {
      if (found.has(name)) continue
      if (schemas[name] === undefined) {
        throw new Error(
          `No component \`${name}\`: a schema that contains itself needs an id (\`.meta({ id })\`).`,
        )
      }
      found.add(name)
      open.push(schemas[name])
    }
  }
  return found
}

function referredFrom(value: unknown): string[] {
  const names: string[] = []
  JSON.stringify(value, (key, inner: unknown) => {
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith(prefix)) {
      names.push(inner.slice(prefix.length))
    }
    return inner
  })
  return names
}
