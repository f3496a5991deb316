import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mostFileBytes, readSellerFile } from '../ads/read-seller-file.ts'
import { mostEntries } from '../ads/seller-file.ts'
import { Problem } from '../contract/errors.ts'
import { exampleAdsTxt } from '../contract/examples-sellers.ts'
import type { Actor } from '../contract/permissions.ts'
import {
  mostRemarks,
  type SellerImportOptions,
  type SellerImportReport,
  sellerImportParameters,
  sellerImportReport,
} from '../contract/seller-import.ts'
import { importSellers, prepareEntries, tryImport } from '../editorial/seller-imports.ts'
import type { Db } from '../store/index.ts'
import { sellerPermission, sellerTags } from './sellers.ts'

const contentTypes = ['text/plain', 'application/json']

const description = `Takes over an existing \`ads.txt\`, \`app-ads.txt\` or \`sellers.json\`: all of it in one transaction, live at once. Importing it again changes what changed and makes nothing twice. It has at most ${mostFileBytes / 1024 / 1024} MiB, and ${mostEntries} lines or sellers.

Reading takes what buyers take: any line breaks, blanks and tabs around fields, any case of variables and relationships, a comma too many. Comments stay with the line that they stand behind or above, and the order stays. A line that is wrong stops nothing; \`problems\` has each with its number and the reason. The placeholder record is not stored: it is written while there is no account.

With \`merge\`, the default, entries that the file does not have stay where they are, and new ones come behind them; of what a file has once, such as \`OWNERDOMAIN\`, the new value counts. With \`replace\` the stored file is then what was sent, in its order.`

/** Takes over existing files of sellers. */
export const importSellerFiles: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  // The bodies are read as files, with line numbers, and not as JSON.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    const isUnnamed = body.length > 0 && request.headers['content-type'] === undefined
    done(isUnnamed ? wrongType('`text/plain` or `application/json`') : null, body)
  })

  app.post(
    '/sellers/import',
    {
      bodyLimit: mostFileBytes,
      schema: {
        operationId: 'importSellers',
        tags: sellerTags,
        summary: 'Take over an existing file',
        description,
        querystring: sellerImportParameters,
        body: z.any().meta({ type: 'string', description: 'The file.', examples: [exampleAdsTxt] }),
        response: { 200: sellerImportReport },
      },
      config: { permission: sellerPermission, contentTypes, errors: ['malformed-json', 'payload-too-large'] },
    },
    (request) => {
      const isJson = /json/i.test(request.headers['content-type'] ?? '')
      if (isJson && request.query.file !== 'sellers.json') throw wrongType('`text/plain`, which that file is')
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      return importSellerFile(db, request.actor, request.query, bytes)
    },
  )
}

function wrongType(accepted: string): Problem {
  return new Problem('unsupported-media-type', `The file must be sent as ${accepted}.`)
}

/** Takes over the file, or tells what that would do. Throws `malformed-json`, `payload-too-large`. */
export async function importSellerFile(
  db: Db,
  actor: Actor,
  { file, mode, dryRun = false }: SellerImportOptions,
  bytes: Uint8Array,
): Promise<SellerImportReport> {
  const { entries, problems, notes, duplicates } = readSellerFile(file, bytes)
  const given = { file, mode, entries: prepareEntries(entries) }
  const counts = dryRun
    ? await db.read((reader) => tryImport(reader, given))
    : await importSellers(db, actor, given)
  return {
    ...{ file, mode, dryRun, processed: entries.length + duplicates + problems.length, ...counts },
    ...{ duplicates, failed: problems.length },
    problems: problems.slice(0, mostRemarks),
    notes: notes.slice(0, mostRemarks),
  }
}
