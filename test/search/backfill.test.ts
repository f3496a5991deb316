import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { expect, it } from 'vitest'
import { startBackfill } from '../../src/search/backfill.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startServer } from '../support/server.ts'
import { paragraphs, startDesk } from './editor.ts'
import { execute, makeOld } from './raw.ts'

const count = 150
const silent = {
  index: 'searchIndex',
  onProgress: () => {},
  onFailure: (error: unknown) => {
    throw error
  },
} as const

/** A desk with articles that nobody indexed. */
async function startUnindexed() {
  const desk = await startDesk()
  for (let index = 0; index < count; index += 1)
    await desk.make({ title: `Old ${index}`, body: paragraphs(`word${index} common`) })
  await execute(desk.engine, 'delete from article_search')
  return desk
}

it('indexes what is not indexed, and tells how much that was', async () => {
  const { db, titles } = await startUnindexed()
  expect(await titles('common')).toEqual([])
  const progress: unknown[] = []
  await startBackfill(db, { ...silent, onProgress: (told) => progress.push(told) }).done
  expect(await titles('common')).toHaveLength(100)
  expect(await titles('word149')).toEqual(['Old 149'])
  expect(progress).toEqual([{ indexed: count, isDone: true }])
  await startBackfill(db, { ...silent, onProgress: (told) => progress.push(told) }).done
  expect(progress).toHaveLength(1)
})

it('indexes anew what was indexed by another scheme', async () => {
  const { db, engine, make, titles } = await startDesk()
  const { id } = await make('Renewed')
  await make('Left alone')
  await execute(
    engine,
    `update articles set title = 'Behind the back' where id = '${id}'; update article_search set scheme = 0 where article_id = '${id}'`,
  )
  await startBackfill(db, silent).done
  expect([await titles('behind'), await titles('renewed')]).toEqual([
    ['Behind the back'],
    // Its slug is still this.
    ['Behind the back'],
  ])
})

it('goes on where it was stopped', async () => {
  const { db, titles } = await startUnindexed()
  for (let rounds = 0; rounds < 200 && (await titles('word149')).length === 0; rounds += 1) {
    const backfill = startBackfill(db, silent)
    await sleep(3)
    await backfill.stop()
  }
  await startBackfill(db, silent).done
  expect(await titles('word149')).toEqual(['Old 149'])
  expect(await titles('word0')).toEqual(['Old 0'])
})

it('is done by several at once while editors write, and leaves every article as it is now', async () => {
  const { db, patch, make, titles, list } = await startUnindexed()
  const { body } = await list({ limit: '40' }).expect(200)
  const ids: string[] = body.data.map((article: { id: string }) => article.id)
  const writing = ids.map((id, index) => patch(id, { title: `Changed ${index}` }))
  const made = make('New one')
  await Promise.all([1, 2, 3].map(() => startBackfill(db, silent).done))
  await Promise.all([...writing, made])
  expect(await titles('changed')).toHaveLength(ids.length)
  expect(await titles('new one')).toEqual(['New one'])
  expect((await list({ q: 'common', count: 'true' }).expect(200)).body.page.total).toBe(count)
  // The titles of before are gone; the slugs made of them are not.
  for (const article of (await list({ q: '"old"', limit: '100' }).expect(200)).body.data)
    expect(article.title.startsWith('Old') || article.slug.startsWith('old-')).toBe(true)
})

it('is begun by every instance that starts, over a database from before there was an index', async () => {
  const databaseUrl = await temporaryDatabase({ empty: true })
  const id = newId()
  const actor = '{"tokenId":null,"name":"system","role":"admin"}'
  const at = '2026-01-01T00:00:00.000Z'
  const body =
    '[{"_type":"block","_key":"a","style":"normal","children":[{"_type":"span","_key":"b","text":"From long ago","marks":[]}],"markDefs":[]}]'
  await makeOld(
    databaseUrl,
    2,
    `insert into articles (id, status, version, slug, title, title_sort, language, external_ids, seo, ads_allowed,
       sensitive, custom, content_hash, created_at, updated_at, created_by, updated_by)
     values ('${id}', 'draft', 1, 'relic', 'Relic', 'relic', 'en', '{}', '{"title":null,"description":null,"canonicalUrl":null}',
       true, false, '{}', 'x', '${at}', '${at}', '${actor}', '${actor}');
     insert into article_bodies (article_id, body) values ('${id}', '${body}')`,
  )
  const server = await startServer({ databaseUrl })
  const { titles } = await startDesk(server)
  await expect.poll(() => titles('"long ago"'), { timeout: 10_000 }).toEqual(['Relic'])
  await expect.poll(() => server.log()).toContain('indexing articles for search')
})
