import type { Canaries } from './canaries.ts'
import { formsOf, itemsOf, membersOf, type Schema } from './schemas.ts'

/** What a sample is made with. */
export interface SampleParts {
  readonly canaries: Canaries
  /** The id of something of a kind, such as `section`; undefined where there is none. */
  readonly idOf: (kind: string) => string | undefined
}

/** A value of a schema in which every free text is a canary of its own; undefined where none can be made. */
export function sampleOf(schema: Schema, place: string, parts: SampleParts): unknown {
  const form = formsOf(schema).find(({ type }) => type !== 'null') ?? schema
  const [example] = form.examples ?? []
  if (form.enum !== undefined) return form.enum[0]
  if (form.const !== undefined) return form.const
  if (form.type === 'string') return textOf(form, place, parts)
  if (form.type === 'boolean') return true
  if (form.type === 'integer' || form.type === 'number') return Math.max(form.minimum ?? 1, 1)
  const items = itemsOf(form)
  if (items) {
    const item = sampleOf(items, place, parts)
    return item === undefined ? [] : [item]
  }
  if (form.type !== 'object') return example ?? parts.canaries.make(place)
  return objectOf(form, place, parts)
}

function textOf(form: Schema, place: string, { canaries, idOf }: SampleParts): unknown {
  if (form.format === 'uuid') return idOf(/(\w+?)Ids?$/.exec(place)?.[1] ?? '')
  if (form.format === 'date-time') return '2031-01-01T00:00:00.000Z'
  return canaries.make(place)
}

function objectOf(form: Schema, place: string, parts: SampleParts): Record<string, unknown> {
  const members = [...membersOf(form)].map(
    ([name, member]) => [name, sampleOf(member, `${place}.${name}`, parts)] as const,
  )
  const made = Object.fromEntries(members.filter(([, value]) => value !== undefined))
  const { additionalProperties: others } = form
  if (typeof others !== 'object') return made
  return { ...made, [parts.canaries.make(`a name in ${place}`)]: sampleOf(others as Schema, place, parts) }
}

/** A value with other words in the place of its prose. */
export function withCanaries(value: unknown, place: string, canaries: Canaries): unknown {
  if (typeof value === 'string') return value.includes(' ') ? canaries.make(place) : value
  if (Array.isArray(value)) return value.map((item) => withCanaries(item, place, canaries))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withCanaries(member, place, canaries)]),
  )
}
