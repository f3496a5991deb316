import Database from 'better-sqlite3'
import pg from 'pg'
import { expect, it } from 'vitest'
import { postgresMigrations } from '../../src/db/migrate.postgres.ts'
import { sqliteMigrations } from '../../src/db/migrate.sqlite.ts'
import { migrate, readMigrations } from '../../src/db/migrate.ts'
import { folderOf } from '../db/migrations.ts'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { startServer } from '../support/server.ts'
import { auditDesk } from './audit.ts'

const writer = '018ced2a-4000-7000-8000-00000000a101'
const subject = '018ced2a-4000-7000-8000-00000000c001'
const actors = [
  { tokenId: writer, name: 'Writer', role: 'editor' },
  { tokenId: null, name: 'system', role: 'admin' },
]

/** Entries as they were written before the log had the members that changed. */
const inserts = actors.map(
  (actor, index) =>
    `insert into changes (at, type, subject_type, subject_id, subject_slug, actor, payload) values ('2026-01-0${index + 1}T00:00:00.000Z', 'tag.updated', 'tag', '${subject}', 'tag', '${JSON.stringify(actor)}', '{"name":"Tag","version":${index + 2}}')`,
)

/** A database as it was before the log could be asked who did what, with entries in it. */
async function oldDatabase(): Promise<string> {
  const url = await temporaryDatabase({ empty: true })
  const all = readMigrations(folderOf(engineName))
  const earlier = all.slice(
    0,
    all.findIndex(({ name }) => name.endsWith('_events')),
  )
  expect(earlier.length).toBeGreaterThan(3)
  if (engineName === 'sqlite') {
    const connection = new Database(url.slice('file:'.length))
    await migrate(sqliteMigrations(connection), earlier)
    for (const insert of inserts) connection.exec(insert)
    connection.close()
    return url
  }
  await migrate(postgresMigrations({ connectionString: url }), earlier)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const insert of inserts) await client.query(insert)
  await client.end()
  return url
}

it('finds who did what also for what was written before it could be asked', async () => {
  const server = await startServer({ databaseUrl: await oldDatabase() })
  const desk = auditDesk(server)
  const all = await desk.all()
  expect(all.map(({ actor }) => actor)).toEqual([...actors].reverse())
  expect(all[0]).toMatchObject({ version: 3, before: null, after: null, details: { name: 'Tag' } })
  expect(await desk.all(`actor=${writer}`)).toEqual(all.slice(1))
  expect(await desk.all('actor=none')).toEqual(all.slice(0, 1))
  expect(await desk.all(`subject=${subject}`)).toEqual(all)
})
