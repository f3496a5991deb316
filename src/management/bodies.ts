import type { FastifyRequest } from 'fastify'
import type { Converter } from '../body/converter.ts'
import type { BatchOperation } from '../contract/batch.ts'
import { formattedBody, storedBytes } from '../contract/body-input.ts'
import type { UnkeyedBlock } from '../contract/portable-text.ts'
import { operationOf } from '../http/operations.ts'

type Conversion = Pick<Converter, 'convert'>

/** Bodies of articles in Portable Text, by the index of the operation that they came in. */
export interface ConvertedBodies {
  /** Hands a body, or the failure of its conversion, over to its operation. Undefined where none was converted. */
  take(index: number): Promise<UnkeyedBlock[]> | undefined
}

interface ConvertingOptions {
  readonly converter: Conversion
  /** With so many bytes of Portable Text together, no further body is converted. */
  readonly mostBytes: number
  /** True when nobody waits for the answer any more. */
  readonly isOver: () => boolean
}

/**
 * Converts the bodies of operations that will run in one transaction before it is opened: a conversion may take
 * seconds, and all other writers would wait for it. One after the other, so that other requests get their turn; up to
 * the first that fails, because the operations after it will not run.
 */
export async function convertBodies(
  operations: readonly BatchOperation[],
  { converter, mostBytes, isOver }: ConvertingOptions,
): Promise<ConvertedBodies> {
  const conversions = new Map<number, Promise<UnkeyedBlock[]>>()
  let bytes = 0
  for (const [index, { body: input }] of operations.entries()) {
    if (bytes >= mostBytes || isOver()) break
    const sent = formattedBody.safeParse((input as { body?: unknown } | null | undefined)?.body)
    if (!sent.success) continue
    const conversion = converter.convert(sent.data)
    conversions.set(index, conversion)
    const [{ status }] = await Promise.allSettled([conversion])
    if (status === 'rejected') break
    bytes += storedBytes(await conversion)
  }
  return {
    take(index) {
      const conversion = conversions.get(index)
      // It is needed once, and may be long.
      conversions.delete(index)
      return conversion
    },
  }
}

/** The converter for the body of this request: it answers at once what was converted beforehand. */
export function converterFor(request: FastifyRequest, converter: Conversion): Conversion {
  const converted = operationOf(request)?.convertedBody
  return converted === undefined ? converter : { convert: () => converted }
}
