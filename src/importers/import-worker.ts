import { parentPort, workerData } from 'node:worker_threads'
import type { ImportFormat } from '../contract/import-job.ts'
import type { Read } from './item.ts'
import { readSource } from './read.ts'
import { progress, type Source } from './source.ts'

/** Where reading is: the source, and how many items of it were read. */
export interface Position {
  readonly source: number
  readonly item: number
}

/** What the thread is started with. */
export interface WorkerInput {
  readonly sources: readonly Source[]
  readonly format: ImportFormat | undefined
  readonly from: Position
  /** How many items a batch has at most. */
  readonly mostItems: number
}

/** What was read of a source, by its number; null at its end. */
export type Sent = readonly [source: number, read: Read | null]

/**
 * What it sends: a batch as JSON, which is read faster than a structured clone; a sign that it reads, where nothing can
 * be sent yet; or that everything is read. The next batch is sent when one before was taken.
 */
export type WorkerMessage =
  | { readonly batch: string; readonly bytes: number }
  | {
      readonly bytes: number
      /** That what was read before it was started is passed, so that the next item is the one that takes long. */
      readonly isPast: boolean
    }
  | { readonly done: true }

const mostCharacters = 2_000_000
/** So long a batch is gathered, in milliseconds: who waits for it must not take it for a thread that hangs. */
const gatherMs = 200
const batchesAhead = 2
/** So often it says that it reads on, in milliseconds, where it does. */
const signMs = 500

async function run(
  port: NonNullable<typeof parentPort>,
  { sources, format, from, mostItems }: WorkerInput,
): Promise<void> {
  let credit = batchesAhead
  let wake = () => {}
  port.on('message', () => {
    credit += 1
    wake()
  })
  let gathered: string[] = []
  let length = 0
  let since = performance.now()
  const send = async () => {
    while (credit === 0)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    credit -= 1
    port.postMessage({ batch: `[${gathered.join(',')}]`, bytes: progress.bytes } satisfies WorkerMessage)
    gathered = []
    length = 0
    since = performance.now()
  }
  const add = async (sent: Sent) => {
    const text = JSON.stringify(sent)
    gathered.push(text)
    length += text.length
    const isFull = gathered.length >= mostItems || length >= mostCharacters
    if (isFull || performance.now() - since > gatherMs) await send()
  }
  let isPast = false
  const sign = () => port.postMessage({ bytes: progress.bytes, isPast } satisfies WorkerMessage)
  let told = 0
  // Only reading on counts: whoever hangs in an item reads nothing.
  const signs = setInterval(() => {
    if (progress.read > told) sign()
    told = progress.read
  }, signMs)
  for (const [index, source] of sources.entries()) {
    if (index < from.source) continue
    const skip = index === from.source ? from.item : 0
    let passed = 0
    for await (const read of readSource(source, { format, from: skip })) {
      // What was read already is not sent again.
      if (read) await add([index, read])
      else {
        passed += 1
        if (passed === skip) {
          isPast = true
          sign()
        }
      }
    }
    await add([index, null])
  }
  if (gathered.length > 0) await send()
  clearInterval(signs)
  port.postMessage({ done: true } satisfies WorkerMessage)
  port.close()
}

if (parentPort !== null) void run(parentPort, workerData as WorkerInput)
