import type { ImportOutcome } from './import-page.ts'

/** What became of a line of our own archive. */
export interface RestoreResult {
  readonly outcome: ImportOutcome
  readonly id: string
  /** Where it has one. */
  readonly slug: string | null
  /** Why it was left as it is, where what is here is something else. */
  readonly reason: string | null
  /** What could not be restored of it, each as a sentence without its stop. */
  readonly losses?: readonly string[]
}

interface Versioned {
  readonly id: string
  readonly version: number
}

/** That what is here stays: it is as new as the line, or newer. Undefined where the line goes before it. */
export function keptAsItIs<State extends Versioned>(
  here: State | undefined,
  there: State,
  slug: string | null = null,
): RestoreResult | undefined {
  if (here === undefined || here.version < there.version) return undefined
  const result = { outcome: 'unchanged', id: there.id, slug } as const
  if (here.version > there.version)
    return {
      ...result,
      reason: `the version here is ${here.version}, and that of the line ${there.version}`,
    }
  const isSame = canonical(here) === canonical(there)
  return { ...result, reason: isSame ? null : `the version ${here.version} here is another one` }
}

/** That it is here now. */
export function restoredAs(
  previous: object | undefined,
  id: string,
  slug: string | null = null,
): RestoreResult {
  return { outcome: previous ? 'updated' : 'created', id, slug, reason: null }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
