import { expect, it } from 'vitest'
import { toLongSitemap, toSitemap } from '../../src/feeds/sitemap.ts'

it.each([
  [0, 0],
  [1, 0],
  [1_000, 0],
  [1_001, 1],
  [3_500, 3],
])('a sitemap of %i pages is the same in pieces, with %i pauses', async (count, pauses) => {
  const pages = Array.from({ length: count }, (_, index) => ({
    url: `https://news.example/a&b-${index}`,
    modifiedAt: '2024-01-09T08:00:00.123Z',
  }))
  let paused = 0
  const written = await toLongSitemap(pages, async () => {
    paused += 1
  })
  expect(written).toBe(toSitemap(pages))
  expect(paused).toBe(pauses)
})
