import { v7 as newId } from 'uuid'
import { expect, it } from 'vitest'
import { startDesk } from '../search/editor.ts'
import { makeOld } from '../search/raw.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer } from '../support/server.ts'

/** The migrations of the last version that had no facets and no public search. */
const before = 4

const at = '2026-01-01T00:00:00.000Z'
const seo = '{"title":null,"description":null,"canonicalUrl":null}'
const body =
  '[{"_type":"block","_key":"a","style":"normal","children":[{"_type":"span","_key":"b","text":"From long ago","marks":[]}],"markDefs":[]}]'

/** What an older version left behind of a published article. */
function publishedBefore(
  id: string,
  slug: string,
  terms: Record<'section' | 'tag' | 'author', string>,
): string {
  return `
    insert into published_articles (id, version, slug, title, title_sort, excerpt, language, section_id, seo, custom,
      corrections, ads_allowed, sensitive, published_at, first_published_at, updated_at, word_count, reading_time_minutes)
    values ('${id}', 1, '${slug}', '${slug}', '${slug}', '', 'fr', '${terms.section}', '${seo}', '{}', '[]', true, false,
      '${at}', '${at}', '${at}', 3, 1);
    insert into published_bodies (article_id, body) values ('${id}', '${body}');
    insert into published_article_tags (article_id, tag_id, position, published_at) values ('${id}', '${terms.tag}', 0, '${at}');
    insert into published_article_authors (article_id, author_id, position, published_at)
      values ('${id}', '${terms.author}', 0, '${at}');`
}

it('lists and finds what was published by a version that had no such lists', async () => {
  const databaseUrl = await temporaryDatabase({ empty: true })
  const terms = { section: newId(), tag: newId(), author: newId() }
  const tables = { section: 'sections', tag: 'tags', author: 'authors' } as const
  const madeTerms = Object.entries(tables).map(
    ([kind, table]) => `insert into ${table} (id, slug, name, version, created_at, updated_at)
      values ('${terms[kind as keyof typeof terms]}', 'old-${kind}', 'Old', 1, '${at}', '${at}');`,
  )
  const articles = ['relic', 'antique'].map((slug) => publishedBefore(newId(), slug, terms))
  await makeOld(databaseUrl, before, [...madeTerms, ...articles].join('\n'))

  const server = await startServer({ databaseUrl })
  const { http, make, publish } = await startDesk(server)
  const titles = async (query: string): Promise<string[]> => {
    const { body: answer } = await http.get(`/v1/articles?sort=title&${query}`).expect(200)
    return answer.data.map((card: { title: string }) => card.title)
  }
  for (const query of ['section=old-section', 'tag=old-tag', 'author=old-author', 'language=fr'])
    expect(await titles(query), query).toEqual(['antique', 'relic'])
  expect(await titles('section=old-section&tag=old-tag&author=old-author&language=fr')).toHaveLength(2)
  await expect.poll(() => titles('q=%22long%20ago%22'), { timeout: 20_000 }).toEqual(['antique', 'relic'])

  // What is counted goes on from what was there.
  const { id } = await make({ title: 'new', language: 'fr', sectionId: terms.section, tagIds: [terms.tag] })
  await publish(id)
  const countsOf = () =>
    server.engine.snapshot(async ({ sql: db, tables: t }) => {
      const rows = await db.select().from(t.publishedCounts)
      return Object.fromEntries(rows.map(({ facet, count }) => [facet, count]))
    })
  expect(await countsOf()).toEqual({ [terms.section]: 3, [terms.tag]: 3, [terms.author]: 2, fr: 3 })
  await http.post(`/manage/v1/articles/${id}/unpublish`).set(bearer()).expect(200)
  expect(await countsOf()).toEqual({ [terms.section]: 2, [terms.tag]: 2, [terms.author]: 2, fr: 2 })
})
