import pg from 'pg'
import type { Damage } from './integrity.ts'

/** What PostgreSQL itself knows to be wrong; it reads its pages through when it is backed up. */
export async function* findPostgresDamage(databaseUrl: string): AsyncGenerator<Damage> {
  const invalid = await ask<{ name: string }>(
    databaseUrl,
    `select quote_ident(c.relname) as name from pg_index i join pg_class c on c.oid = i.indexrelid
      where not (i.indisvalid and i.indisready) and c.relnamespace = current_schema()::regnamespace order by 1`,
  )
  for (const { name } of invalid)
    yield {
      what: `the index ${name} is not valid, and not used`,
      mend: async () => {
        await ask(databaseUrl, `reindex index ${name}`)
        return `made the index ${name} anew`
      },
    }
  const [sums] = await ask<{ failures: string | null }>(
    databaseUrl,
    'select checksum_failures as failures from pg_stat_database where datname = current_database()',
  )
  if (Number(sums?.failures ?? 0) > 0)
    yield {
      what: `${sums?.failures} pages were read that are damaged: see the log of the server, and restore a backup`,
      mend: undefined,
    }
}

export async function postgresVersion(databaseUrl: string): Promise<number> {
  const [row] = await ask<{ version: string }>(
    databaseUrl,
    "select current_setting('server_version_num') as version",
  )
  return Math.floor(Number(row?.version ?? 0) / 10_000)
}

async function ask<Row>(databaseUrl: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'copydesk doctor' })
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}
