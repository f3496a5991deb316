import type { ImportFormat } from '../contract/import-job.ts'
import type { Position, Sent, WorkerInput } from './import-worker.ts'
import type { Read } from './item.ts'
import type { Source } from './source.ts'
import { startThread } from './thread.ts'

/** So long nothing may come, in milliseconds; an item that takes longer fails. */
const itemLimitMs = 15_000
const itemsAtOnce = 250
/** After so many items that had to be given up, nothing more is read. */
const mostGivenUp = 100

interface ReadingOptions {
  /** Undefined where it is to be told by the content of each source. */
  readonly format: ImportFormat | undefined
  readonly itemLimitMs?: number
}

/** What was read, and of which source; null at the end of each. */
export interface ReadOfSource {
  readonly source: Source
  readonly read: Read | null
}

export interface ReadBatch {
  readonly reads: readonly ReadOfSource[]
  /** How many bytes of all sources were read by now. */
  readonly bytes: number
}

/**
 * Reads sources in a thread of its own, so that no content stops the event loop, and what takes too much time or memory
 * can be stopped: that item fails, and those after it are read. Batches come as they are read, at most a few ahead of
 * who takes them. Ends early when the consumer does.
 */
export async function* readInThread(
  sources: readonly Source[],
  options: ReadingOptions,
): AsyncGenerator<ReadBatch> {
  let from: Position = { source: 0, item: 0 }
  let mostItems = itemsAtOnce
  let givenUp = 0
  let bytes = 0
  while (from.source < sources.length) {
    const input: WorkerInput = { sources, format: options.format, from, mostItems }
    const thread = startThread(input, options.itemLimitMs ?? itemLimitMs)
    let fault: string | undefined
    /** Whether the thread gets as far as the item at which it is to begin. */
    let isPast = from.item === 0
    try {
      while (fault === undefined) {
        const message = await thread.next()
        if ('done' in message) return
        if ('fault' in message) {
          fault = message.fault
          continue
        }
        // A thread that was started again reads again what came before.
        bytes = Math.max(bytes, message.bytes)
        if ('isPast' in message) {
          isPast ||= message.isPast
          continue
        }
        isPast = true
        const batch = JSON.parse(message.batch) as Sent[]
        for (const [source, read] of batch) from = after(from, source, read)
        const reads = batch.flatMap(([index, read]) => {
          const source = sources[index]
          return source === undefined ? [] : [{ source, read }]
        })
        yield { reads, bytes }
        thread.takeMore()
      }
    } finally {
      await thread.end()
    }
    const source = sources[from.source]
    if (source === undefined) return
    if (mostItems > 1 && isPast) {
      // What it had read and not sent yet is read again, item by item, until the culprit is the next one.
      mostItems = 1
      continue
    }
    mostItems = itemsAtOnce
    // Where it cannot even pass what was read before, it is not an item that cannot be read, but the source.
    const place = isPast ? `item ${from.item + 1}` : `after item ${from.item}`
    yield { reads: [{ source, read: { kind: 'failed', place, reason: fault } }], bytes }
    givenUp += 1
    if (givenUp >= mostGivenUp) {
      const reason = `${mostGivenUp} items had to be given up`
      yield { reads: [{ source, read: { kind: 'failed', place, reason } }], bytes }
      return
    }
    if (!isPast) yield { reads: [{ source, read: null }], bytes }
    from = isPast ? { source: from.source, item: from.item + 1 } : { source: from.source + 1, item: 0 }
  }
}

function after(from: Position, source: number, read: Read | null): Position {
  if (read === null) return { source: source + 1, item: 0 }
  return { source, item: source === from.source ? from.item + 1 : 1 }
}
