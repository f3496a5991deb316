/** What problem documents say of input. */

export interface Fault {
  readonly pointer?: string
  readonly parameter?: string
  readonly code: string
}

/** The faults that a problem document lists. */
export function faultsIn(text: string): Fault[] {
  const { errors = [] } = JSON.parse(text || '{}') as { errors?: Fault[] }
  return errors
}

/** So many at once: an answer lists 100 faults at most. */
const mostAtOnce = 45

export function inGroups<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / mostAtOnce)
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  )
}
