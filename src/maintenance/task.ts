/** Told of what could not be done; it is tried again with the next pass. */
export type OnFailure = (error: unknown, details?: Readonly<Record<string, unknown>>) => void

/** Something that is tidied up from time to time. */
export interface MaintenanceTask {
  readonly name: string
  /**
   * Goes once through everything that there is to do, in short transactions: of 50 ms at most, because other
   * writers wait for them. After each it yields how many things it removed, and can be left there for good.
   */
  pass(onFailure: OnFailure): AsyncGenerator<number, void, void>
}

const dayMs = 24 * 60 * 60 * 1000

/** The instant so many days before now. */
export function daysBefore(nowMs: number, days: number): string {
  return new Date(nowMs - days * dayMs).toISOString()
}
