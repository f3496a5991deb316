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
      mend: () => makeAnew(databaseUrl, name),
    }
  yield* compareIndexes(databaseUrl)
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

/** Every index against its table, as far as PostgreSQL's own extension for that is there. Others write meanwhile. */
async function* compareIndexes(databaseUrl: string): AsyncGenerator<Damage> {
  const [found] = await ask<{ checker: string; may: boolean }>(
    databaseUrl,
    `select p.oid::regproc::text as checker, has_function_privilege(p.oid, 'execute') as may
      from pg_proc p join pg_depend d on d.objid = p.oid join pg_extension e on e.oid = d.refobjid
      where e.extname = 'amcheck' and p.proname = 'bt_index_check' and p.pronargs = 2`,
  )
  if (found?.may !== true) {
    const lack = found === undefined ? 'the extension amcheck is not there' : 'this role may not use amcheck'
    yield {
      what: `its indexes were not compared with its tables: ${lack}`,
      mend: undefined,
      isAdvice: true,
    }
    return
  }
  const indexes = await ask<{ id: number; name: string }>(
    databaseUrl,
    `select c.oid as id, quote_ident(c.relname) as name
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
      where a.amname = 'btree' and i.indisvalid and i.indisready
        and c.relnamespace = current_schema()::regnamespace order by 2`,
  )
  const client = await connect(databaseUrl)
  try {
    for (const { id, name } of indexes) {
      const fault = await client.query(`select ${found.checker}(${id}::oid::regclass, true)`).then(
        () => undefined,
        (error: Error) => error.message,
      )
      if (fault !== undefined)
        yield {
          what: `the index ${name} is not what its table has: ${fault}`,
          mend: () => makeAnew(databaseUrl, name),
        }
    }
  } finally {
    await client.end()
  }
}

async function makeAnew(databaseUrl: string, index: string): Promise<string> {
  await ask(databaseUrl, `reindex index ${index}`)
  return `made the index ${index} anew`
}

export async function postgresVersion(databaseUrl: string): Promise<number> {
  const [row] = await ask<{ version: string }>(
    databaseUrl,
    "select current_setting('server_version_num') as version",
  )
  return Math.floor(Number(row?.version ?? 0) / 10_000)
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'copydesk doctor' })
  await client.connect()
  return client
}

async function ask<Row>(databaseUrl: string, text: string): Promise<Row[]> {
  const client = await connect(databaseUrl)
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}
