import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import { jsonPatch } from '../contract/json-patch.ts'
import { id } from '../contract/text.ts'
import { createJsonPatch } from '../diff/json-patch.ts'
import { asksFor } from '../http/qualities.ts'
import type { Db } from '../store/index.ts'
import { versionNumber } from './parameters.ts'

const jsonPatchType = 'application/json-patch+json'

const range = z.strictObject({
  from: versionNumber
    .optional()
    .describe('The older version, usually. The published one when absent; required while there is none.'),
  to: versionNumber.optional().describe('The current version when absent.'),
})

/** What differs between two versions of an article. */
export const manageArticleDiff: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/articles/:id/diff',
    {
      schema: {
        operationId: 'diffArticle',
        tags: ['Articles'],
        summary: 'Compare two versions of an article',
        description: `A JSON Patch (RFC 6902) that turns the \`snapshot\` of the version \`from\` into that of \`to\`; without parameters, what the next publish would change. Blocks and links are known by \`_key\` and \`id\`: one that moved is moved, one that changed is changed inside. \`Accept: ${jsonPatchType}\` gets that media type, everybody else \`application/json\`.`,
        params: z.strictObject({ id }),
        querystring: range,
        response: {
          200: {
            description: 'The operations, in order.',
            content: { 'application/json': { schema: jsonPatch }, [jsonPatchType]: { schema: jsonPatch } },
          },
        },
      },
      config: { permission: 'articles.read' },
    },
    async (request, reply) => {
      const { id: articleId } = request.params
      const { from, to } = request.query
      const [before, after] = await db.read(async (reader) => {
        const { version, publishedVersion } = await reader.articles.getVersions(articleId)
        const older = from ?? publishedVersion
        if (older === null) throw fromRequired()
        return [
          await reader.revisions.get(articleId, older),
          await reader.revisions.get(articleId, to ?? version),
        ]
      })
      if (asksFor(jsonPatchType, request.headers.accept)) reply.type(jsonPatchType)
      return createJsonPatch(before.snapshot, after.snapshot) as z.infer<typeof jsonPatch>
    },
  )
}

function fromRequired(): Problem {
  const detail = 'is required while the article is not published'
  return new Problem('invalid-parameter', `The parameter \`from\` ${detail}.`, {
    errors: [{ parameter: 'from', code: 'required', detail: `The parameter \`from\` ${detail}.` }],
  })
}
