import { expect, it } from 'vitest'
import { paragraphs, startDesk } from './editor.ts'
import { articles, searches } from './fixture.ts'

it('finds the same on both databases, in many scripts', async () => {
  const { make, find } = await startDesk()
  const slugs = new Map<string, string>()
  for (const { slug, body, ...article } of articles) {
    const { id } = await make({ ...article, slug, body: paragraphs(...body) })
    slugs.set(id, slug)
  }
  const found: [string, string[]][] = []
  for (const [q] of searches) found.push([q, (await find(q)).map(({ id }) => slugs.get(id) ?? '').sort()])
  expect(found).toEqual(searches)
})
