import { sql } from 'drizzle-orm'
import { v7 as newId } from 'uuid'
import { expect, it } from 'vitest'
import { parseQuery } from '../../src/search/query.ts'
import { type PublishedFilter, wantedOf } from '../../src/store/published-filter.ts'
import { lookFor, readRows } from '../../src/store/published-rows.ts'
import { inOrder, type PublishedSort, walk } from '../../src/store/published-walk.ts'
import { planOf } from '../search/plans.ts'
import { engineName } from '../support/database.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { fillLists, instantOf } from './list-rows.ts'

const articles = 20_000
const middle = instantOf(articles / 2)
const middleKeys = { '-publishedAt': middle, publishedAt: middle, '-updatedAt': middle, title: 'story 5' }
const sorts = Object.keys(middleKeys) as PublishedSort[]

/** The index of each order. */
const indexOf = (table: 'published_articles' | 'published_facets', sort: PublishedSort) => {
  if (sort === 'title') return `${table}_title`
  return sort === '-updatedAt' ? `${table}_updated` : `${table}_published`
}

/** The rest of a filter, which must not change how the list is read. */
const rest: PublishedFilter = { publishedAfter: instantOf(100), updatedAfter: instantOf(50) }
const common = [['common']]

const lists: readonly [Parameters<typeof indexOf>[0], PublishedFilter][] = [
  ['published_articles', {}],
  ['published_articles', rest],
  ['published_facets', { section: common }],
  ['published_facets', { language: [['en']] }],
  ['published_facets', { tag: common }],
  ['published_facets', { author: common }],
  ['published_facets', { tag: [['common'], ['rare']] }],
  ['published_facets', { ...rest, section: [['rare']], tag: common, author: common, language: [['en']] }],
  [
    'published_facets',
    { ...rest, language: [['fr']], section: common, tag: common, author: [['common', 'usual']] },
  ],
  [
    'published_facets',
    { ...rest, tag: [['rare'], ['common', 'usual']], section: common, language: [['en']] },
  ],
]

const sorted = /TEMP B-TREE|\bSort\b/
const scanned = /\bSCAN (w|a|p|published_\w+)$|\bSeq Scan\b/m

/** How many rows of one facet are read to be sorted; undefined when they are read in order. */
function fewRows(plan: string): number | undefined {
  const [, rows] = /Bitmap Index Scan on published_facets_\w+ .* rows=(\d+)/.exec(plan) ?? []
  return rows === undefined ? undefined : Number(rows)
}

/** How the page of a list is found, and the SQL that asks for it. */
async function planOfPage(
  server: TestServer,
  { search, ...filter }: PublishedFilter,
  sort: PublishedSort,
  after?: readonly [string, string],
): Promise<string> {
  const lines = await planOf(server, async (query) => {
    const wanted = await wantedOf(query, filter)
    if (!wanted) throw new Error('nothing is wanted')
    const found = search && (await lookFor(query, search))
    const page = await walk(query, wanted, { sort, after, limit: 21 }, found)
    await query.sql.select({ id: sql`id` }).from(sql`(${page}) page`)
  })
  return lines.join('\n')
}

it('reads every filter in every order from one index, from the middle as from the beginning, and never sorts all', {
  timeout: 120_000,
}, async () => {
  const server = await startServer()
  await fillLists(server, articles)

  for (const [table, filter] of lists) {
    for (const sort of sorts) {
      for (const after of [undefined, [middleKeys[sort], newId()] as const]) {
        const plan = await planOfPage(server, filter, sort, after)
        const where = `${JSON.stringify(filter)} ${sort} ${after ? 'from the middle' : ''}\n${plan}`
        expect(plan, where).toMatch(new RegExp(`\\b${indexOf(table, sort)}\\b`))
        expect(plan, where).not.toMatch(scanned)
        // PostgreSQL may find it cheaper to sort what few articles have; never more than those.
        const few = fewRows(plan)
        if (few !== undefined) expect(few, where).toBeLessThanOrEqual(articles / 100)
        else expect(plan, where).not.toMatch(sorted)
        // The index is entered at the place where the page begins.
        if (after && few === undefined)
          expect(plan, where).toMatch(
            engineName === 'sqlite'
              ? /SEARCH w .*,id\)[<>]|SEARCH w .*article_id\)[<>]/
              : /Index Cond: .*ROW\(/,
          )
      }
    }
  }

  // Any of several: the first of each, and no more than these are sorted.
  for (const filter of [{ section: [['common', 'rare']] }, { tag: [['common', 'rare']] }]) {
    const plan = await planOfPage(server, filter, '-publishedAt')
    expect(plan.match(/\bpublished_facets_published\b/g), plan).toHaveLength(2)
    expect(plan, plan).not.toMatch(scanned)
  }

  // Between instants that few articles are: those are sorted, by whatever it is.
  const few = await planOfPage(server, { publishedAfter: instantOf(articles - 50) }, 'title')
  expect(few).toContain('published_articles_published')
  // What few articles have is where a search begins, and what many have is tested on the way.
  expect(await planOfPage(server, { search: parseQuery('7919') }, 'title')).toContain(
    'published_search_words',
  )
  for (const filter of [{}, { tag: [['rare']] }]) {
    const plan = await planOfPage(server, { ...filter, search: parseQuery('story') }, '-publishedAt')
    expect(plan, plan).toContain(filter.tag ? 'published_facets_published' : 'published_articles_published')
    expect(plan, plan).not.toMatch(sorted)
  }

  // The cards of a page are read by their ids, and pages are not counted from the beginning.
  const cards = await planOf(server, async (query) => {
    const wanted = await wantedOf(query, { tag: common })
    if (!wanted) throw new Error('nothing is wanted')
    const page = await walk(query, wanted, { sort: 'title', after: undefined, limit: 21 })
    await readRows(query, page, inOrder('title', 'page'))
  })
  expect(cards.join('\n')).not.toMatch(/\bSCAN (w|p|published_\w+)$|\bSeq Scan on published/m)
  const skipping = server.statements.filter((text) =>
    /\boffset\b/i.test(text.replaceAll('limit 1 offset 0', '')),
  )
  expect(skipping.filter((text) => text.includes('published_articles'))).toEqual([])
})
