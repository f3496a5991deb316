import { expect, it } from 'vitest'
import { systemActor } from '../../src/contract/permissions.ts'
import { createArticle } from '../../src/editorial/articles.ts'
import { parseQuery } from '../../src/search/query.ts'
import { mostRanked } from '../../src/search/search-index.ts'
import { startDesk } from './editor.ts'

const articles = mostRanked + 150

it('gives each of more articles than are ranked once, page after page, the ranked ones first', {
  timeout: 120_000,
}, async () => {
  const { db, make, list } = await startDesk()
  const first = await make({ title: 'Storm storm storm' })
  for (let made = 1; made < articles; made += 50) {
    await db.write(async (tx) => {
      for (let index = made; index < Math.min(made + 50, articles); index += 1)
        await createArticle(
          tx,
          systemActor,
          { title: `Report ${index}`, excerpt: index % 100 === 0 ? 'Storm' : null, body: stormy },
          { siteLanguage: 'en' },
        )
    })
  }
  const search = parseQuery('storm')
  for (const sort of ['relevance', '-updatedAt'] as const) {
    const seen: string[] = []
    let after: readonly [string, string] | undefined | null
    do {
      const page = await db.read((reader) =>
        reader.articles.list({ search, sort, limit: 300, after: after ?? undefined }),
      )
      seen.push(...page.items.map((item) => item.id))
      after = page.next
    } while (after)
    expect(seen).toHaveLength(articles)
    expect(new Set(seen).size).toBe(articles)
    // The oldest has the word in its title, but so many newer ones have it that nobody looks so far back.
    expect(seen.at(-1)).toBe(first.id)
  }
  const best = await db.read((reader) => reader.articles.list({ search, sort: 'relevance', limit: 10 }))
  expect(best.items.map((item) => item.content.excerpt)).toEqual(Array(10).fill('Storm'))
  const { body } = await list({ q: 'storm', count: 'true', limit: '1' }).expect(200)
  expect(body.page.total).toBe(articles)
  expect((await list({ q: 'storm', status: 'published' }).expect(200)).body.data).toEqual([])
})

const stormy = [
  {
    _type: 'block' as const,
    _key: 'a',
    style: 'normal' as const,
    children: [{ _type: 'span' as const, _key: 'b', text: 'A storm.', marks: [] }],
    markDefs: [],
  },
]
