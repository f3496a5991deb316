import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { toAdsTxt } from '../ads/ads-txt.ts'
import { toSellersJson } from '../ads/sellers-json.ts'
import { exampleAdsTxt, exampleSellersJson } from '../contract/examples-sellers.ts'
import { adsFiles, type JsonEntry, type LineEntry } from '../contract/seller-entry.ts'
import type { Answering } from './answering.ts'
import { noParameters } from './parameters.ts'

const cacheTags = ['list:sellers']

const words = {
  'ads.txt': { operationId: 'getAdsTxt', what: 'who may sell the ads of the site' },
  'app-ads.txt': { operationId: 'getAppAdsTxt', what: 'who may sell the ads of the apps' },
} as const

/** The files in which buyers look up who may sell (IAB Tech Lab: ads.txt 1.1, sellers.json 1.0). */
export const deliverSellerFiles: FastifyPluginAsyncZod<{ answering: Answering }> = async (
  app,
  { answering },
) => {
  for (const file of adsFiles)
    app.get(
      `/${file}`,
      {
        schema: {
          operationId: words[file].operationId,
          tags: ['Delivery'],
          summary: `Read ${words[file].what}`,
          description: `As \`${file}\` of IAB's ads.txt 1.1 has it. While no account is stored it says by the record \`placeholder.example.com, placeholder, DIRECT, placeholder\` that nobody may: without a file, anybody could sell in the publisher's name, and an empty one is deprecated. A site that leaves the question open does not pass this path on.`,
          querystring: noParameters,
          response: {
            200: {
              description: 'OK',
              content: { 'text/plain': { schema: z.string().meta({ examples: [exampleAdsTxt] }) } },
            },
          },
        },
      },
      async (request, reply) =>
        answering(request, reply, async (published) => {
          const entries = (await published.listSellers(file)) as LineEntry[]
          return { answer: () => toAdsTxt(entries), contentType: 'text/plain; charset=utf-8', cacheTags }
        }),
    )

  app.get(
    '/sellers.json',
    {
      schema: {
        operationId: 'getSellersJson',
        tags: ['Delivery'],
        summary: 'Read for whom the publisher sells',
        description:
          'As IAB’s sellers.json 1.0 has it; of a confidential seller neither name nor domain. Without any seller its list is empty.',
        querystring: noParameters,
        response: { 200: z.looseObject({ version: z.string() }).meta({ examples: [exampleSellersJson] }) },
      },
    },
    async (request, reply) =>
      answering(request, reply, async (published) => {
        const entries = (await published.listSellers('sellers.json')) as JsonEntry[]
        return { answer: () => toSellersJson(entries), cacheTags }
      }),
  )
}
