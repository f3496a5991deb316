import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { expect, it } from 'vitest'
import { paragraphs, startDesk } from '../search/editor.ts'
import { engineName } from '../support/database.ts'
import { bearer, startServer } from '../support/server.ts'
import { countStatements, untilQuiet } from '../support/statements.ts'

/**
 * How many statements each of these requests runs, begin and commit aside, written down so that more of them are a
 * decision. `UPDATE=1` writes the file anew.
 */
const file = new URL(`statement-counts.${engineName}.json`, import.meta.url)

const instant = '2020-01-01T00:00:00Z'
const lists: Readonly<Record<string, string>> = {
  list: '',
  'list by title': 'sort=title',
  'list of a section': 'section=city',
  'list of a language': 'language=en',
  'list of a section, two tags, an author and a language':
    'section=city&tag=one&tag=two&author=jane-roe&language=en',
  'list of any of two tags': 'tag=one,two',
  'list between instants': `publishedAfter=${instant}&updatedAfter=${instant}`,
  'list by title between instants': `publishedAfter=${instant}&sort=title`,
  'list of slugs': 'slug=story-1,story-2',
  'list with its count': 'count=true',
  'list of a tag with its count': 'tag=one&count=true',
  'list with bodies': 'include=body',
  'list with related links': 'include=related',
  'list with ads': 'include=ads',
  'list with everything': 'include=body,related,ads',
  search: 'q=story',
  'search by title': 'q=story&sort=title',
  'search in a tag with everything and its count': 'q=story&tag=one&include=body,related,ads&count=true',
}

const articles = 25

it('runs as many statements as are written down, whatever the size of a page', {
  timeout: 120_000,
}, async () => {
  const server = await startServer({ seeded: true })
  await untilQuiet(server)
  const { http, make, publish } = await startDesk(server)
  const term = async (path: string, name: string): Promise<string> =>
    (await http.post(`/manage/v1/${path}`).set(bearer()).send({ name }).expect(201)).body.id
  const terms = {
    sectionId: await term('sections', 'City'),
    tagIds: [await term('tags', 'One'), await term('tags', 'Two')],
    authors: [{ authorId: await term('authors', 'Jane Roe') }],
  }
  let previous: string | undefined
  for (let number = 1; number <= articles; number += 1) {
    const { id } = await make({ title: `Story ${number}`, body: paragraphs('Text.'), ...terms })
    const links = [...(previous === undefined ? [] : [{ articleId: previous }]), { title: 'Elsewhere' }]
    await http.put(`/manage/v1/articles/${id}/related`).set(bearer()).set('if-match', '*').send({ links })
    await publish(id)
    previous = id
  }

  const counts: Record<string, number> = {}
  const count = async (path: string): Promise<number> =>
    countStatements(server, () => http.get(path).expect(200).then())
  // What ads there are is known from then on.
  await http.get('/v1/articles?include=ads&limit=100').expect(200)
  for (const [name, query] of Object.entries(lists)) {
    const sizes = new Map<string, number>()
    for (const limit of [3, articles]) {
      const path = `/v1/articles?${query}${query === '' ? '' : '&'}limit=${limit}`
      const { body } = await http.get(`${path}&fields=id`).expect(200)
      if (!query.startsWith('slug')) expect(body.data).toHaveLength(limit)
      sizes.set(`${name}, ${limit}`, await count(path))
    }
    expect(new Set(sizes.values()).size, JSON.stringify([...sizes])).toBe(1)
    counts[name] = [...sizes.values()][0] ?? 0
  }
  const story = `/v1/articles/story-${articles}`
  counts.article = await count(story)
  counts['some members of an article'] = await count(`${story}?fields=title`)
  counts['related links of an article'] = await count(`${story}/related`)
  counts['ads of an article'] = await count(`${story}/ads`)
  counts['known address'] = await count(story)

  if (process.env.UPDATE === '1') writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`)
  expect(counts).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})
