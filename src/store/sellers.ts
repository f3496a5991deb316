import { and, asc, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { keyColumns, type SellerEntry, type SellerFile, type SellerKind } from '../contract/seller-entry.ts'
import type { Query } from '../db/engine.ts'
import { type AdResourcePage, resourceReader, resourceWriter } from './ad-resources.ts'

/** An entry of the files of sellers as it is kept. */
export type SellerRow = Query['tables']['sellers']['$inferSelect']

interface SellerFilter {
  readonly kinds?: readonly SellerKind[] | undefined
  readonly files?: readonly SellerFile[] | undefined
  /** In lower case. */
  readonly domains?: readonly string[] | undefined
}

/** So many rows are written by one statement: each has eleven values. */
const mostRows = 200

export function sellersReader(query: Query) {
  const { sellers: t } = query.tables
  const { find, get, listNewest, count } = resourceReader(query, t, 'seller')
  const matching = ({ kinds, files, domains }: SellerFilter): SQL | undefined =>
    and(
      kinds && inArray(t.kind, [...kinds]),
      files && or(...files.map((file) => isNotNull(t[keyColumns[file]]))),
      domains && inArray(t.domain, [...domains]),
    )
  return {
    find,
    get,
    /** The newest first. */
    list: (filter: SellerFilter & AdResourcePage) => listNewest(matching(filter), filter),
    count: (filter: SellerFilter) => count(matching(filter)),

    /** All of a file, in its order. */
    listFile: (file: SellerFile): Promise<SellerRow[]> =>
      query.sql.select().from(t).where(isNotNull(t[keyColumns[file]])).orderBy(asc(t.position), asc(t.id)),

    /** Those that stand in one of these files with that key. */
    findTwins: (files: readonly SellerFile[], key: string): Promise<SellerRow[]> =>
      query.sql
        .select()
        .from(t)
        .where(or(...files.map((file) => inArray(t[keyColumns[file]], [key])))),

    /** The last position in these files; 0 where they are empty. */
    async lastPosition(files: readonly SellerFile[]): Promise<number> {
      const [row] = await query.sql
        .select({ last: sql<number | null>`max(${t.position})` })
        .from(t)
        .where(matching({ files }))
      return Number(row?.last ?? 0)
    },
  }
}

export function sellersWriter(query: Query) {
  const { sellers: t } = query.tables
  return {
    ...sellersReader(query),
    ...resourceWriter(query, t, async () => {}),

    /** Writes many, new ones and such as are there, in few statements. */
    async save(rows: readonly SellerRow[]): Promise<void> {
      for (let from = 0; from < rows.length; from += mostRows)
        await query.sql
          .insert(t)
          .values(rows.slice(from, from + mostRows))
          .onConflictDoUpdate({
            target: t.id,
            set: {
              position: sql`excluded.position`,
              adsTxtKey: sql`excluded.ads_txt_key`,
              appAdsTxtKey: sql`excluded.app_ads_txt_key`,
              sellersJsonKey: sql`excluded.sellers_json_key`,
              domain: sql`excluded.domain`,
              entry: sql`excluded.entry`,
              version: sql`excluded.version`,
              updatedAt: sql`excluded.updated_at`,
            },
          })
    },

    async removeAll(ids: readonly string[]): Promise<void> {
      for (let from = 0; from < ids.length; from += 1_000)
        await query.sql.delete(t).where(inArray(t.id, ids.slice(from, from + 1_000)))
    },
  }
}

/** The entries of a file as the public sees them, in order. */
export async function listFileEntries(query: Query, file: SellerFile): Promise<SellerEntry[]> {
  const { sellers: t } = query.tables
  const rows = await query.sql
    .select({ entry: t.entry })
    .from(t)
    .where(isNotNull(t[keyColumns[file]]))
    .orderBy(asc(t.position), asc(t.id))
  return rows.map(({ entry }) => entry)
}
