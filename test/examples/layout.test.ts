import { expect, it } from 'vitest'
import { articlePage } from '../../examples/article-page/article.ts'
import type { Article } from '../../examples/article-page/delivered.ts'
import { layout } from '../../examples/article-page/layout.ts'
import { exampleArticle } from '../../src/contract/examples.ts'

const render = (members: Partial<Article>) =>
  layout(articlePage({ ...(exampleArticle as unknown as Article), ...members }))

it.each([
  ['en', 'ltr'],
  ['ar', 'rtl'],
  ['he-IL', 'rtl'],
  ['ur', 'rtl'],
  ['az-Arab', 'rtl'],
  ['az', 'ltr'],
  ['zh-Hant', 'ltr'],
])('the example page of an article in %s runs %s', (language, direction) => {
  const page = render({ language })
  expect(page).toContain(`<html lang="${language}" dir="${direction}">`)
  expect(page).toContain('<h2 id="related" lang="en">Related articles</h2>')
})

it('the example page tells search engines what the newsroom wants them to show', () => {
  const seo = { title: 'For searches', description: 'In short', canonicalUrl: 'https://news.example/first' }
  const page = render({ seo })
  expect(page).toContain('<title>For searches</title>')
  expect(page).toContain('<meta name="description" content="In short">')
  expect(page).toContain('<link rel="canonical" href="https://news.example/first">')
  const bare = render({ seo: { title: null, description: null, canonicalUrl: null } })
  expect(bare).toContain(`<title>${exampleArticle.title}</title>`)
  expect(bare).toContain(`<meta name="description" content="${exampleArticle.excerpt}">`)
  expect(bare).toContain(`<link rel="canonical" href="${exampleArticle.url}">`)
})

it('the example page says when an article was published, and when it was changed', () => {
  const publishedAt = '2024-01-09T08:00:00.000Z'
  const published =
    'Published <time datetime="2024-01-09T08:00:00.000Z">January 9, 2024 at 8:00 AM UTC</time>'
  const changed = render({ publishedAt, updatedAt: '2024-01-09T09:30:00.000Z' })
  expect(changed).toContain(`${published}, updated <time datetime="2024-01-09T09:30:00.000Z">`)
  const unchanged = render({ publishedAt, updatedAt: publishedAt })
  expect(unchanged).toContain(`${published}</span>`)
})

it('the example page of an article with nothing around it has no empty parts', () => {
  const page = render({ related: [], ads: [], corrections: [], source: null, section: null, authors: [] })
  expect(page).not.toMatch(/<(nav|aside|section)|class="(ads|section|source|sidebar|subtitle)"/)
})
