import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'
import type { FormattedBody } from '../contract/body-input.ts'
import { Problem } from '../contract/errors.ts'
import type { UnkeyedBlock } from '../contract/portable-text.ts'
import { ConversionError, tooComplex } from './conversion-error.ts'
import type { ConvertAnswer } from './convert-worker.ts'

/** Converts bodies that are not Portable Text. */
export interface Converter {
  /**
   * Throws ConversionError for content that is over a limit, and the problem `unavailable` when too many wait
   * already or the converter was closed.
   */
  convert(body: FormattedBody): Promise<UnkeyedBlock[]>
  close(): Promise<void>
}

interface ConverterOptions {
  /** For one conversion, in milliseconds; waiting for its turn does not count. */
  readonly timeLimitMs?: number
}

/** Two, so that content that takes long holds up nobody else's. */
const threads = 2
const mostWaiting = 100
/** What 5 MiB of real content need, several times. */
const heapLimitMb = 512
/** An idle thread is given up, and its memory with it. */
const idleMs = 30_000

const script = new URL(`./convert-worker${extname(import.meta.url)}`, import.meta.url)

/**
 * Conversions run in threads of their own, so that no content stops the event loop, and so that one which takes
 * too much time or memory can be stopped. A thread starts when it is needed first.
 */
export function startConverter({ timeLimitMs = 10_000 }: ConverterOptions = {}): Converter {
  const limit = pLimit(threads)
  const closing = new AbortController()
  const idle = new Map<Worker, NodeJS.Timeout>()

  const take = (): Worker => {
    const [entry] = idle
    if (entry === undefined)
      return new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapLimitMb } })
    const [worker, timer] = entry
    clearTimeout(timer)
    idle.delete(worker)
    worker.ref()
    return worker
  }
  const giveBack = (worker: Worker): void => {
    const giveUp = () => {
      idle.delete(worker)
      void worker.terminate()
    }
    idle.set(worker, setTimeout(giveUp, idleMs).unref())
    worker.unref()
  }
  const run = async (body: FormattedBody): Promise<UnkeyedBlock[]> => {
    if (closing.signal.aborted) throw unavailable('The server is closing.')
    const worker = take()
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeLimitMs)])
    try {
      worker.postMessage(body)
      const [answer] = (await once(worker, 'message', { signal })) as [ConvertAnswer]
      giveBack(worker)
      if ('faults' in answer) throw new ConversionError(answer.faults)
      return JSON.parse(answer.blocks) as UnkeyedBlock[]
    } catch (error) {
      if (error instanceof ConversionError) throw error
      await worker.terminate()
      if (closing.signal.aborted) throw unavailable('The server is closing.')
      if (signal.aborted || isOutOfMemory(error)) throw new ConversionError([tooComplex])
      throw error
    }
  }

  return {
    convert: (body) => {
      if (limit.pendingCount >= mostWaiting)
        return Promise.reject(unavailable('Too many conversions of bodies are waiting.'))
      return limit(run, body)
    },
    close: async () => {
      closing.abort()
      await Promise.all([...idle.keys()].map((worker) => worker.terminate()))
      for (const timer of idle.values()) clearTimeout(timer)
      idle.clear()
    },
  }
}

function unavailable(detail: string): Problem {
  return new Problem('unavailable', detail)
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
