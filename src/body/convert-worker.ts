import { parentPort } from 'node:worker_threads'
import type { FormattedBody } from '../contract/body-input.ts'
import { ConversionError, type ConversionFault, tooComplex } from './conversion-error.ts'
import { convert } from './convert.ts'

/** What the worker answers: the blocks as JSON, which is read faster than a structured clone, or the faults. */
export type ConvertAnswer = { readonly blocks: string } | { readonly faults: readonly ConversionFault[] }

parentPort?.on('message', (body: FormattedBody) => {
  parentPort?.postMessage(answer(body))
})

function answer(body: FormattedBody): ConvertAnswer {
  try {
    return { blocks: JSON.stringify(convert(body)) }
  } catch (error) {
    if (error instanceof ConversionError) return { faults: error.faults }
    // The stack is used up.
    if (error instanceof RangeError) return { faults: [tooComplex] }
    throw error
  }
}
