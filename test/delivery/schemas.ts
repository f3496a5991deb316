import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { corpus } from '../support/fixtures.ts'

/** Schemas of those who made the formats, where they are at hand. */
export const ninjsSchema = corpus('ninjs/schema/ninjs-schema_3.1.json')
export const vocabulary = corpus('schemaorg/schemaorg-current-https-30.0.jsonld')
export const sitemapSchema = corpus('sitemaps/schema/sitemap.xsd')
const geoJson = corpus('ninjs/schema/GeoJSON-schema.json')
const jsonFeedSchemas = ['feed-1', 'feed-1.1'].map((name) => corpus(`jsonfeed/schema/${name}.schema.json`))

/** What is not at hand, to be put behind the name of a test. */
export const missingSchemas = [ninjsSchema, vocabulary, sitemapSchema, ...jsonFeedSchemas]
  .map(({ reason }) => reason)
  .join('')

/** What is wrong with a value; nothing where there is no schema. */
export type Faults = (value: unknown) => unknown[]

export function ninjsFaults(): Faults {
  if (ninjsSchema.text === undefined) return () => []
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(JSON.parse(geoJson.text ?? '{}'))
  const validate = ajv.compile(JSON.parse(ninjsSchema.text))
  return (item) => (validate(item) ? [] : (validate.errors ?? []))
}

/** Draft 4 of JSON Schema: it has, but for its name and its id, nothing that later ones do not know. */
export function jsonFeedFaults(): Faults {
  const [first, schema] = jsonFeedSchemas.map(({ text }) => text)
  if (first === undefined || schema === undefined) return () => []
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  const undated = (text: string) => {
    const { $schema: _draft, id: _id, ...rest } = JSON.parse(text)
    return rest
  }
  ajv.addSchema(undated(first), 'feed-1')
  const validate = ajv.compile(undated(schema))
  return (feed) => (validate(feed) ? [] : (validate.errors ?? []))
}
