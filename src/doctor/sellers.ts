import { contentOf, filesOf } from '../editorial/seller-rows.ts'
import type { SellerRow } from '../store/sellers.ts'
import type { Check } from './check.ts'

const rowsAtOnce = 200

/** By what the entries of `ads.txt`, `app-ads.txt` and `sellers.json` are found, and known not to be twice. */
export const sellers: Check = {
  name: 'sellers',
  async *find({ reader }) {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const rows: SellerRow[] = await reader.exports.listRows('sellers', after, rowsAtOnce)
      for (const row of rows) {
        const wanted = contentOf(row.entry, filesOf(row))
        const names = ['domain', 'adsTxtKey', 'appAdsTxtKey', 'sellersJsonKey'] as const
        if (names.every((name) => row[name] === wanted[name])) continue
        yield {
          what: `the seller ${row.id} is known by another key or domain than it has`,
          mend: (db) =>
            db.write(async (tx) => {
              const now = await tx.sellers.find(row.id)
              if (now === undefined) return undefined
              await tx.sellers.save([{ ...now, ...contentOf(now.entry, filesOf(now)) }])
              return 'wrote down what it has'
            }),
        }
      }
      after = rows.at(-1)?.id
    }
  },
}
