import { z } from 'zod'
import { archiveLine } from '../contract/export-line.ts'

/** The JSON Schema (2020-12) of a line of our own archive. */
export function describeArchive(): object {
  const schema = z.toJSONSchema(archiveLine, { io: 'input', unrepresentable: 'any', reused: 'inline' })
  return {
    ...schema,
    title: 'A line of a Copydesk archive (NDJSON)',
    description:
      'The first line has the type `copydesk`, the last the type `end`. What a line names stands before it.',
  }
}
