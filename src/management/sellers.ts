import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { someOf } from '../contract/filter.ts'
import { managedSeller, sellerInput, sellerPatch } from '../contract/seller.ts'
import { sellerFiles, sellerKinds } from '../contract/seller-entry.ts'
import { isDomain } from '../contract/seller-text.ts'
import { sellerState } from '../editorial/seller-rows.ts'
import { createSeller, deleteSeller, patchSeller } from '../editorial/sellers.ts'
import type { Db } from '../store/index.ts'
import { manageAdResource } from './ad-resource.ts'

export const sellerTags = ['Sellers']
export const sellerPermission = 'sellers.write'

const mostDomains = 50

const oneOf = <Value extends string>(values: readonly [Value, ...Value[]], what: string) =>
  someOf(values)
    .optional()
    .describe(`${what}, separated by commas: any of them.`)
    .meta({ type: 'string', items: undefined, examples: [values.slice(0, 2).join()] })

const domains = z
  .string()
  .transform((list) => [...new Set(list.toLowerCase().split(','))].sort())
  .refine((list) => list.length <= mostDomains && list.every(isDomain), {
    error: `must be names of domains, at most ${mostDomains}, separated by commas`,
    params: { code: 'invalid-format' },
  })
  .optional()
  .describe('Domains of accounts and sellers, separated by commas: any of them.')
  .meta({ type: 'string', items: undefined, examples: ['exchange.example'] })

const filter = {
  kind: oneOf(sellerKinds, 'Kinds'),
  file: oneOf(sellerFiles, 'Files that it stands in'),
  domain: domains,
}

const storedFilter = ({ kind, file, domain }: z.output<z.ZodObject<typeof filter>>) => ({
  ...{ kinds: kind, files: file, domains: domain },
})

/** The entries of `ads.txt`, `app-ads.txt` and `sellers.json`. What is changed here is live at once. */
export const manageSellers: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  manageAdResource(app, db, {
    path: '/sellers',
    permission: sellerPermission,
    tags: sellerTags,
    names: { one: 'Seller', many: 'Sellers' },
    words: { one: 'an entry of the files of sellers', many: 'sellers', order: 'the newest first' },
    filter,
    sortKey: 'id',
    input: sellerInput,
    patch: sellerPatch,
    view: managedSeller,
    errors: ['conflict'],
    deletingErrors: [],
    deleting: 'an entry',
    list: ({ sellers }, asked, page) => sellers.list({ ...storedFilter(asked), ...page }),
    count: ({ sellers }, asked) => sellers.count(storedFilter(asked)),
    get: ({ sellers }, id) => sellers.get(id),
    create: createSeller,
    change: patchSeller,
    remove: deleteSeller,
    show: (row) => sellerState(row) as z.input<typeof managedSeller>,
  })
}
