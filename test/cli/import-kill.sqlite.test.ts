import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { callProgram, type Program, startProgram, until } from '../support/process.ts'

/** How often an import is killed; the whole measure is 50. */
const kills = Number(process.env.IMPORT_KILLS ?? 3)
const articles = 300 * Math.max(3, kills)

const at = '2020-01-01T08:00:00.000Z'
const by = { tokenId: null, name: 'Ann', role: 'editor' }
const idOf = (number: number) => `018ced2a-4000-7000-8000-${String(number).padStart(12, '0')}`

/** Articles to be restored, and such as editors write, which share titles and terms. */
function lineOf(number: number): string {
  const body = [
    { _type: 'block', _key: 'k', children: [{ _type: 'span', _key: 's', text: `Text ${number}.` }] },
  ]
  const title = `Story ${number % 50}`
  if (number % 200 < 150 || number % 2 === 0)
    return JSON.stringify({
      ...{
        type: 'article',
        title,
        body,
        status: 'published',
        publishedAt: at,
        externalIds: { old: String(number) },
      },
      ...{ section: `Section ${number % 7}`, tags: [`Tag ${number % 40}`], oldPaths: [`/old/${number}`] },
    })
  return JSON.stringify({
    ...{
      type: 'article',
      id: idOf(number),
      status: 'published',
      version: 3,
      publishedVersion: 3,
      title,
      body,
    },
    ...{ slug: `exact-${number}`, language: 'en', firstPublishedAt: at, publishedAt: at, createdAt: at },
    ...{ updatedAt: at, createdBy: by, updatedBy: by, public: { updatedAt: at } },
    slugs: [{ slug: `exact-${number}`, since: at }],
  })
}

/** Everything that the database holds, but for the ids and times that are made as it is imported. */
function stateOf(path: string): string[] {
  const database = new Database(path, { readonly: true })
  const rows = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => JSON.stringify(row))
  const state = [
    ...rows(
      'select slug, title, status, version, published_version, published_at, external_ids from articles order by slug',
    ),
    ...rows("select * from articles where slug like 'exact-%' order by slug"),
    ...rows('select slug, title, version, published_at, updated_at from published_articles order by slug'),
    ...rows(
      'select a.slug, t.slug as tag from articles a join article_tags j on j.article_id = a.id join tags t on t.id = j.tag_id order by a.slug',
    ),
    ...rows(
      'select a.slug, s.slug as section from articles a join sections s on s.id = a.section_id order by a.slug',
    ),
    ...rows(
      'select a.slug, r.version, r.type from revisions r join articles a on a.id = r.article_id order by a.slug',
    ),
    // How many items are written together depends on how fast they are read, and what terms they need comes before them.
    ...rows("select type, subject_slug from changes where subject_type = 'article' order by seq"),
    ...rows("select type, subject_slug from changes where subject_type <> 'article' order by type, seq"),
    ...rows('select count(*), max(seq), count(public_seq), max(public_seq) from changes'),
    ...rows('select a.slug, o.path from old_paths o join articles a on a.id = o.article_id order by o.path'),
    ...rows(
      'select a.slug, i.external_id from import_sources i join articles a on a.id = i.article_id order by 1, 2',
    ),
    ...rows('select slug from slugs order by slug'),
    ...rows('select slug from slug_history order by slug'),
    ...rows('select count(*) from article_bodies union all select count(*) from published_bodies'),
  ]
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(database.pragma('foreign_key_check')).toEqual([])
  database.close()
  return state
}

/** How many articles it has told of that were new to it. */
const createdBy = (program: Program) => program.stdout().split('"outcome":"created"').length - 1

it(
  `an import that is killed ${kills} times leaves in the end what one leaves that is not`,
  async () => {
    const folder = temporaryFolder()
    const archive = join(folder, 'archive.ndjson')
    writeFileSync(archive, Array.from({ length: articles }, (_, number) => lineOf(number)).join('\n'))
    const args = ['import', '--publish', archive]
    const whole = join(folder, 'whole.db')
    expect(await callProgram(args, { DATABASE_URL: `file:${whole}` })).toMatchObject({ code: 0 })

    const path = join(folder, 'killed.db')
    const env = { DATABASE_URL: `file:${path}` }
    let killed = 0
    for (let round = 0; round < kills; round += 1) {
      const program = startProgram([...args, '--json'], env)
      // While it starts, or among what is new to it, so that there is something left for the last of them.
      if (round % 5 === 4) await sleep(Math.random() * 1_500)
      else {
        const enough = (Math.random() * articles) / kills
        await until(program, () => createdBy(program) > enough)
      }
      await sleep(Math.random() * 50)
      const { signal } = await program.stop('SIGKILL')
      if (signal === 'SIGKILL') killed += 1
    }
    process.stdout.write(`killed ${killed} times\n`)
    // The last may find nothing left to write, and end before.
    expect(killed).toBeGreaterThan(kills / 2)
    expect(await callProgram(args, env)).toMatchObject({ code: 0, stderr: '' })
    expect(stateOf(path)).toEqual(stateOf(whole))
  },
  60_000 + kills * 20_000,
)
