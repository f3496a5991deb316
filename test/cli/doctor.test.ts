import Database from 'better-sqlite3'
import { type SQL, sql } from 'drizzle-orm'
import pg from 'pg'
import { expect, it } from 'vitest'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { makeRichNewsroom } from '../support/rich-newsroom.ts'
import { bearer, startServer } from '../support/server.ts'

/** Runs statements that no reference holds back, each as its own engine has it. */
async function breakDatabase(url: string, statements: readonly string[]): Promise<void> {
  if (engineName === 'sqlite') {
    const connection = new Database(new URL(url).pathname)
    connection.unsafeMode(true)
    connection.pragma('foreign_keys = OFF')
    for (const statement of statements) connection.exec(statement)
    connection.close()
    return
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set session_replication_role = replica')
  for (const statement of statements) await client.query(statement)
  await client.end()
}

interface Report {
  readonly isWell: boolean
  readonly checks: readonly {
    readonly name: string
    readonly found: readonly {
      readonly what: string
      readonly done: string | null
      readonly fault: string | null
    }[]
  }[]
}

it.runIf(engineName === 'postgres')(
  'an index that lacks what its table has is told and made anew',
  async () => {
    const url = await temporaryDatabase()
    const { http, app } = await startServer({ databaseUrl: url })
    await http.post('/manage/v1/tags').set(bearer()).send({ name: 'Bridge' }).expect(201)
    await app.close()
    const doctor = (...args: string[]) => callProgram(['doctor', ...args], { DATABASE_URL: url })
    expect(await doctor()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        'indexes were not compared with its tables: the extension amcheck is not there',
      ),
    })
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('create extension amcheck')
    expect(await doctor()).toMatchObject({ code: 0, stdout: expect.stringContaining('database: in order') })
    // A row that came while the index was told not to be kept up.
    const [ready, unready] = ['true', 'false'].map(
      (is) => `update pg_index set indisready = ${is} where indexrelid = 'tags_pkey'::regclass`,
    )
    await client.query(unready ?? '')
    await client.query(
      `insert into tags select '018ced2a-4000-7000-8000-00000000b001', 'other', 'Other', version, created_at, updated_at from tags`,
    )
    await client.query(ready ?? '')
    await client.end()
    expect(await doctor()).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('tags_pkey is not what its table has'),
    })
    expect(await doctor('--repair')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('made the index tags_pkey anew'),
    })
    expect(await doctor()).toMatchObject({ code: 0 })
  },
)

it('a database that is broken on purpose is told to be, mended, and in order then', async () => {
  const url = await temporaryDatabase()
  const { http, engine, app } = await startServer({ databaseUrl: url })
  const { full, edited, moved, empty } = await makeRichNewsroom({ http })
  const doctor = (...args: string[]) => callProgram(['doctor', ...args], { DATABASE_URL: url })
  const well = await doctor()
  expect(well, well.stdout).toMatchObject({ code: 0, stderr: '' })
  expect(well.stdout).toContain('published copies: in order')
  const before = await http.get('/v1/articles?include=body,related&limit=50&count=true').expect(200)

  const { body: all } = await http.get('/manage/v1/articles?limit=100').set(bearer()).expect(200)
  const idOf = (slug: string) => all.data.find((one: { slug: string }) => one.slug === slug)?.id as string
  const [backdated, planned] = [idOf('backdated'), idOf('planned-to-go')]
  const [again, approved] = [idOf('published-and-planned-again'), idOf('approved')]
  const { body: other } = await http.post('/manage/v1/tags').set(bearer()).send({ name: 'Lost' }).expect(201)
  await http
    .patch(`/manage/v1/articles/${approved}`)
    .set({ ...bearer(), 'if-match': '*' })
    .send({ tagIds: [other.id], sectionId: empty.id })
    .expect(200)
  // Else it would do at once what was planned.
  await app.close()
  const wordless =
    engineName === 'sqlite'
      ? `delete from published_search_words where rowid =
          (select number from published_search where article_id = '${full.id}')`
      : `update published_search set words = '' where article_id = '${full.id}'`
  const otherWords =
    engineName === 'sqlite'
      ? `replace into article_search_words (rowid, title, lead, body)
          select number, 'edited', 'other', 'words' from article_search where article_id = '${edited.id}'`
      : `update article_search set words = '''other'':1' where article_id = '${edited.id}'`
  await breakDatabase(url, [
    `delete from tags where id = '${other.id}'`,
    `delete from sections where id = '${empty.id}'`,
    wordless,
    otherWords,
    `delete from article_search where article_id = '${moved.id}'`,
    `delete from published_facets where article_id = '${full.id}'`,
    `update published_counts set count = count + 5 where facet = 'en'`,
    `update published_articles set title = 'Tampered', title_sort = 'tampered' where id = '${moved.id}'`,
    `update published_bodies set body = '[]' where article_id = '${backdated}'`,
    `delete from published_articles where id = '${again}'`,
    `update articles set status = 'unpublished', published_version = null, published_hash = null where id = '${planned}'`,
    `delete from slugs where slug = 'fourth-name'`,
    `insert into slugs (slug, article_id) values ('idle', '${full.id}')`,
    `delete from revisions where article_id = '${full.id}' and version > 2`,
    `update articles set title_sort = 'x' where id = '${edited.id}'`,
    `update articles set content_hash = 'x' where id = '${approved}'`,
    `update articles set scheduled_at = '2020-01-01T00:00:00.000Z' where slug = 'scheduled'`,
    `update sellers set ads_txt_key = 'x' where id = (select id from sellers where ads_txt_key is not null order by id limit 1)`,
    `update ad_placements set over_at = '2020-01-01T00:00:00.000Z' where ends_at is null`,
  ])

  // It tells, and changes nothing.
  {
    const exit = await doctor('--json')
    expect(exit.code).toBe(1)
    expect(exit.stderr).toMatch(/things are wrong; --repair mends all of it/)
    const { isWell, checks } = JSON.parse(exit.stdout) as Report
    expect(isWell).toBe(false)
    const found = Object.fromEntries(checks.map((check) => [check.name, check.found.map(({ what }) => what)]))
    const expected: Record<string, readonly string[]> = {
      references: ['article_tags name in tag_id', 'articles name in section_id'],
      slugs: ['fourth-name', 'idle'],
      'working copies': ['no revision', 'sorted by another title', 'what was written down'],
      'published copies': ['title, titleSort differ', 'body', 'does not see it', 'is unpublished'],
      facets: [full.id, 'counted wrongly'],
      'search of working copies': [edited.id, moved.id],
      'search of what is public': [full.id],
      schedule: ['2020-01-01'],
      placements: ['over at another instant'],
      sellers: ['known by another key'],
    }
    for (const [name, parts] of Object.entries(expected))
      for (const part of parts)
        expect(found[name]?.join('\n'), `${name} tells of ${part}: ${found[name]}`).toContain(part)
    expect(await doctor('--json')).toEqual(exit)
  }

  // It mends, and everything is in order; the public sees again what was published.
  {
    const exit = await doctor('--repair')
    expect(exit, exit.stdout).toMatchObject({ code: 0, stderr: '' })
    for (const done of [
      'deleted them',
      'indexed it',
      'took it back',
      'did it: published',
      'counted them anew',
    ])
      expect(exit.stdout).toContain(`— ${done}`)
    expect(await doctor()).toMatchObject({ code: 0 })
    const { http } = await startServer({ databaseUrl: url })
    const after = await http.get('/v1/articles?include=body,related&limit=50').expect(200)
    type Item = { id: string; slug: string }
    const without = ({ data }: { data: Item[] }) =>
      data.filter(({ id, slug }) => id !== planned && slug !== 'scheduled')
    expect(without(after.body)).toEqual(without(before.body))
    await http.get(`/v1/articles/${planned}`).expect(410)
    await http.get('/v1/articles/scheduled').expect(200)
    const found = await http.get('/v1/articles?q=uberschrift').expect(200)
    expect(found.body.data.map(({ id }: Item) => id)).toEqual([full.id])
  }

  // An index that does not hold what its table has.
  {
    await breakDatabase(
      url,
      engineName === 'sqlite'
        ? [
            'pragma writable_schema = on',
            "update sqlite_master set sql = replace(sql, '`updated_at`', '`created_at`') where name = 'articles_updated'",
          ]
        : ["update pg_index set indisvalid = false where indexrelid = 'articles_updated'::regclass"],
    )
    const told = await doctor()
    expect(told).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the index articles_updated is not'),
    })
    expect(await doctor('--repair')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('made the index articles_updated anew'),
    })
    expect(await doctor()).toMatchObject({ code: 0 })
  }

  // What nobody can decide for the newsroom is left.
  await engine.write(({ sql: db }) =>
    (db as unknown as Record<'run' | 'execute', (statement: SQL) => Promise<unknown>>)[
      engineName === 'sqlite' ? 'run' : 'execute'
    ](sql`update ad_placements set scope_id = 'nowhere' where scope_type = 'tag'`),
  )
  const left = await doctor('--repair')
  expect(left).toMatchObject({ code: 1, stderr: expect.stringContaining('1 thing is wrong') })
  expect(left.stdout).toContain('is for a tag that is not there')
}, 120_000)
