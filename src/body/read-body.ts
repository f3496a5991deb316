import type { WithBlocks } from '../contract/article.ts'
import type { SentBody } from '../contract/body-input.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import { ConversionError } from './conversion-error.ts'
import type { Converter } from './converter.ts'

/**
 * The same input with its body in Portable Text, as the editorial functions take it: an article or a patch as it
 * was sent and checked. To be called before the transaction opens. Throws `invalid-body`, with a fault at
 * `/body/content`, when the content is over a limit.
 */
export async function readBody<Input extends { body?: SentBody | null | undefined }>(
  input: Input,
  converter: Pick<Converter, 'convert'>,
): Promise<WithBlocks<Input>> {
  const { body, ...others } = input
  if (body === undefined) return others as WithBlocks<Input>
  if (body === null || Array.isArray(body)) return { ...others, body } as WithBlocks<Input>
  try {
    return { ...others, body: await converter.convert(body) }
  } catch (error) {
    if (error instanceof ConversionError) throw problemOf(error)
    throw error
  }
}

function problemOf({ faults }: ConversionError): Problem {
  const errors: Fault[] = faults.map((fault) => ({ pointer: '/body/content', ...fault }))
  const [only] = faults
  const detail =
    faults.length === 1 && only !== undefined
      ? only.detail
      : `The content of the body has ${faults.length} faults: see \`errors\`.`
  return new Problem('invalid-body', detail, { errors })
}
