/** How the query languages of other systems would name a field, to filter, sort, choose or count by it. */

/** Parameters and their values; `of` names the field in one of them. */
type Spelling = (field: string, value: string) => readonly [parameter: string, value: string]

const operators = ['eq', 'ne', 'gte', 'lt', 'in', 'null', 'like', 'startsWith', 'contains', 'regex', 'exists']

const spellings: readonly Spelling[] = [
  (field, value) => [field, value],
  (field, value) => [`filter[${field}]`, value],
  (field, value) => [`where[${field}]`, value],
  ...operators.flatMap((operator): Spelling[] => [
    (field, value) => [`${field}[${operator}]`, value],
    (field, value) => [`filter[${field}][${operator}]`, value],
    (field, value) => [`where[${field}][$${operator}]`, value],
    (field, value) => [`filters[${field}][$${operator}]`, value],
    (field, value) => [`filter[${field}][_${operator}]`, value],
  ]),
  (field, value) => [`${field}__contains`, value],
  (field, value) => [`${field}_starts_with`, value],
  (field, value) => [`filter[or][0][${field}]`, value],
  (field, value) => [`where[not][${field}]`, value],
  (field, value) => [`filter[updatedBy.${field}][startsWith]`, value],
  (field, value) => [`having[${field}]`, value],
  (field, value) => [`search[${field}]`, value],
  (field, value) => [`lookup[${field}]`, value],
  (field, value) => [`cursor[${field}]`, value],
  (field, value) => ['filter', `${field}:${value}`],
  (field, value) => ['where', JSON.stringify({ [field]: value })],
  (field) => ['select', field],
  (field) => [`project[${field}]`, '1'],
  (field) => ['alias[x]', field],
  (field) => ['populate', field],
  (field) => [`populate[${field}]`, '*'],
  (field) => ['expand', field],
  (field) => ['with', field],
  (field) => [`deep[${field}][_limit]`, '1'],
  (field) => ['order', field],
  (field) => ['orderBy', `${field}:asc`],
  (field) => ['order_by', field],
  (field) => ['sortBy', field],
  (field) => [`sort[${field}]`, '-1'],
  (field) => ['groupBy', field],
  (field) => ['distinct', field],
  (field) => ['aggregate[min]', field],
  (field) => ['choices', field],
  (field) => ['facets', field],
  (field) => ['fields[articles]', field],
  (field) => ['include', field],
  (field) => ['fields', field],
  (field) => ['sort', field],
]

/** All spellings of a field, by the name of the parameter. */
export function spellField(field: string, value: string): ReadonlyMap<string, string> {
  return new Map(spellings.map((spell) => spell(field, value)))
}

/** The values of an allowed parameter that name a field. */
export function valuesNaming(field: string): string[] {
  return [field, `-${field}`, `${field}:asc`, `${field},id`, `id,${field}`, `${field}.*`, `*`]
}
