import { eq, inArray, isNull, or, type SQL, type SQLWrapper } from 'drizzle-orm'

/** A column that must have any of several values. */
export interface Choice {
  readonly column: SQLWrapper
  readonly values: readonly (string | null)[]
}

/** The condition that a column has this value. */
export function isValue(column: SQLWrapper, value: string | null): SQL {
  return value === null ? isNull(column) : eq(column, value)
}

export function isAnyOf({ column, values }: Choice): SQL | undefined {
  const given = values.filter((value) => value !== null)
  const conditions = [
    ...(given.length === 0 ? [] : [inArray(column, given)]),
    ...(values.includes(null) ? [isNull(column)] : []),
  ]
  return or(...conditions)
}
