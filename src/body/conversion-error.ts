/** Why content could not become a body. `detail` is a sentence for the client. */
export interface ConversionFault {
  readonly code: 'invalid-text' | 'too-complex' | 'too-deep' | 'too-long' | 'too-many'
  readonly detail: string
}

/** Thrown by the conversions for content that is over a limit. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
  readonly faults: readonly ConversionFault[]

  constructor(faults: readonly ConversionFault[]) {
    super(faults.map((fault) => fault.detail).join(' '))
    this.faults = faults
  }
}

/** What took too much time, memory or stack. */
export const tooComplex: ConversionFault = {
  code: 'too-complex',
  detail: 'The content takes too much time or memory to convert; divide it, or send Portable Text.',
}
