import { z } from 'zod'

const path = z.string().describe('A JSON Pointer (RFC 6901).')
const value = z.unknown().meta({ examples: ['Harbour bridge reopens early'] })

const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), path, value }),
  z.strictObject({ op: z.literal('remove'), path }),
  z.strictObject({ op: z.literal('replace'), path, value }),
  z.strictObject({ op: z.literal('move'), from: path, path }),
])

/** The operations that turn one version into another, to be applied in order (RFC 6902). */
export const jsonPatch = z.array(operation).meta({
  id: 'JsonPatch',
  description: 'JSON Patch (RFC 6902): operations to be applied in order.',
  examples: [
    [
      { op: 'replace', path: '/title', value: 'Harbour bridge reopens early' },
      { op: 'move', from: '/body/4', path: '/body/1' },
    ],
  ],
})
export type JsonPatch = z.infer<typeof jsonPatch>
