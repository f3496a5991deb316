import { Problem } from '../contract/errors.ts'

/** Something that refers to what was to be deleted. */
interface Usage {
  readonly type: string
  readonly id: string
}

/** The answer to whoever wants to delete what others refer to. */
export function inUse(detail: string, count: number, usages: readonly Usage[]): Problem {
  return new Problem('in-use', detail, { extensions: { usageCount: count, usages } })
}

/** `A placement refers to this slot.` or `7 placements refer to this slot.` */
export function refersTo(count: number, one: string, what: string): string {
  return count === 1 ? `A ${one} refers to this ${what}.` : `${count} ${one}s refer to this ${what}.`
}
