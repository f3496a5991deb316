import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue | z.core.$ZodIssue

const mostChoices = 20

const typeNames: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'an integer',
  never: 'absent',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  tuple: 'an array',
  undefined: 'absent',
}

const formatNames: Readonly<Record<string, string>> = {
  date: 'a date such as 2024-01-09',
  datetime: 'an RFC 3339 instant with an offset',
  email: 'an e-mail address',
  url: 'an absolute URL',
  uuid: 'a UUID',
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item', object: 'member' }

/**
 * What a value must be, as the rest of a sentence: `must be a string`. Given to zod as its error map, so that
 * the words of a schema itself (`.regex(pattern, 'must be …')`) go first.
 */
export function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${listChoices(issue.values)}`
    case 'too_small':
      return describeBound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')
    case 'too_big':
      return describeBound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')
    case 'invalid_format':
      return `must be ${formatNames[issue.format] ?? 'of the documented form'}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return 'is not known here; remove it'
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `must be ${listChoices(issue.options)}`
        : 'must be of one of the documented forms'
    case 'invalid_key':
      return 'has a name that is not allowed'
    default:
      return 'is not valid'
  }
}

function describeBound(origin: string, bound: number | bigint, relation: string): string {
  const unit = units[origin]
  if (unit === undefined) return `must be ${relation} ${bound}`
  if (relation === 'at least' && Number(bound) === 1) return 'must not be empty'
  return `must have ${relation} ${bound} ${unit}${Number(bound) === 1 ? '' : 's'}`
}

function listChoices(values: readonly unknown[]): string {
  const shown = values.slice(0, mostChoices).map((value) => `\`${String(value)}\``)
  if (shown.length === 1) return String(shown[0])
  return `one of ${shown.join(', ')}${values.length > mostChoices ? ' and others' : ''}`
}
