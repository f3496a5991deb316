import type { OpenAPIV3_1 } from 'openapi-types'
import type { Dice } from './dice.ts'
import { type Kind, kinds, type Pool } from './pool.ts'
import { type Parameter, resolve } from './public-operations.ts'

type Schema = OpenAPIV3_1.SchemaObject

/** Where values of a parameter come from: a kind of the pool, what the description says of it, or of the answer. */
export type Source = Kind | 'described' | 'member'

/** The sources that may hold values of a schema, by what it says of itself. */
export function sourcesOf({ schema, examples }: Parameter): readonly Source[] {
  const said = saidBy(itemOf(schema))
  if (said.length > 0) return ['described']
  if (schema.format === 'uuid') return ['shown id', 'id']
  if (schema.format === 'date-time' || schema.format === 'date') return ['instant']
  const described = examples.length > 0 ? (['described', 'member'] as const) : (['member'] as const)
  return [...described, ...kinds]
}

/** All values of a source for a parameter. */
export function valuesOf(
  pool: Pool,
  { schema, examples, members }: Parameter,
  source: Source,
): readonly string[] {
  if (source === 'described') return [...saidBy(itemOf(schema)), ...examples]
  if (source === 'member') return members.length > 0 ? members : ['id']
  return [...pool.values[source]]
}

function itemOf(schema: Schema): Schema {
  return schema.type === 'array' ? (schema.items as Schema) : schema
}

/** The values that a schema names, and those at the ends of its range and beyond. */
function saidBy({ type, enum: named, minimum, maximum, default: usual }: Schema): string[] {
  if (named) return [...named.map(String), 'none-of-them']
  if (type === 'boolean') return ['true', 'false', 'maybe']
  if (type !== 'integer' && type !== 'number') return []
  const ends = [minimum, maximum].filter((end) => end !== undefined)
  return [...ends, ...ends.map((end) => end + 1), Number(usual ?? 1), 2, 3, 0].map(String)
}

/** A body of the form of a schema, its texts from the pool. */
export function drawBody(description: OpenAPIV3_1.Document, schema: object, dice: Dice, pool: Pool): unknown {
  const form = resolve<Schema>(description, schema)
  const variants = form.anyOf ?? form.oneOf
  if (variants) return drawBody(description, dice.pick(variants), dice, pool)
  if (form.enum) return dice.pick(form.enum)
  if (form.type === 'object') {
    const members = Object.entries(form.properties ?? {})
    const sent = members.filter(([name]) => form.required?.includes(name) || dice.chance(50))
    return Object.fromEntries(sent.map(([name, one]) => [name, drawBody(description, one, dice, pool)]))
  }
  if (form.type === 'array') {
    const length = 1 + dice.below(3)
    return Array.from({ length }, () => drawBody(description, form.items, dice, pool))
  }
  if (form.type === 'boolean') return dice.chance(50)
  if (form.type === 'integer' || form.type === 'number') return dice.below(100)
  if (form.format === 'uuid') return dice.pick([...pool.values.id])
  return dice.pick([...pool.values[dice.pick(['slug', 'slug', 'word', 'token', 'instant'] as const)]])
}
