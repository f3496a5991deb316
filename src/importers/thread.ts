import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { WorkerInput, WorkerMessage } from './import-worker.ts'

const script = new URL(`./import-worker${extname(import.meta.url)}`, import.meta.url)

/** What readers may hold: one item of an archive, or a document of a bounded size and what is made of it. */
const heapLimitMb = 1_024
/** What it reads lives for a moment: V8 would let several times as much of it lie about. */
const youngLimitMb = 12

type Message = WorkerMessage | { readonly fault: string }

/** A thread that reads, whose messages are taken one after the other. */
export interface ReadingThread {
  /** The next message; a fault when none came in time, or the memory is used up. Throws what no content can cause. */
  next(): Promise<Message>
  /** Lets it send one more batch. */
  takeMore(): void
  end(): Promise<unknown>
}

export function startThread(input: WorkerInput, limitMs: number): ReadingThread {
  const worker = new Worker(script, {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb, maxYoungGenerationSizeMb: youngLimitMb },
  })
  const arrived: (Message | Error)[] = []
  let wake = () => {}
  const arrive = (message: Message | Error) => {
    arrived.push(message)
    wake()
  }
  worker.on('message', arrive)
  worker.on('error', (error) => {
    const { code } = error as NodeJS.ErrnoException
    arrive(code === 'ERR_WORKER_OUT_OF_MEMORY' ? { fault: 'it takes too much memory to read' } : error)
  })
  return {
    async next() {
      if (arrived.length === 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, limitMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      const message = arrived.shift() ?? { fault: `it takes over ${limitMs / 1_000} seconds to read` }
      if (message instanceof Error) throw message
      return message
    },
    takeMore: () => worker.postMessage('next'),
    end: () => worker.terminate(),
  }
}
