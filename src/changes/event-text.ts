import type { ChangeReset, PublicChange } from '../contract/public-change.ts'

/**
 * Changes as server-sent events (HTML, "Server-sent events"). JSON has no line breaks outside of its strings and escapes
 * those within, so that every event has one line of data.
 */

/** After so many milliseconds a client whose connection was cut tries again. */
const retryMs = 3_000

export function changeEvent(change: PublicChange): Buffer {
  return Buffer.from(`id: ${change.seq}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`)
}

export function resetEvent(reset: ChangeReset): Buffer {
  return Buffer.from(`id: ${reset.newest}\nevent: reset\ndata: ${JSON.stringify(reset)}\n\n`)
}

/**
 * What every stream begins with. An event without data is none to listeners, but its id is kept: who is cut before the
 * first change goes on from here as well.
 */
export function beginning(after: number): Buffer {
  return Buffer.from(`retry: ${retryMs}\nid: ${after}\n\n`)
}
