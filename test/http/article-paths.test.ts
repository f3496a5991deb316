import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slugOf } from '../../src/contract/slug.ts'
import { pathOfSlug, slugInPath } from '../../src/http/article-paths.ts'

const patterns = [
  '/{slug}',
  '/{slug}/',
  '/news/{slug}',
  '/a/{slug}.html',
  '/новости/{slug}',
  '/%D0%B0/x-{slug}-y/z',
]

describe('the path of an article', () => {
  it('is found again, encoded or not, with or without a slash at its end', () => {
    const slug = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
      .map(slugOf)
      .filter((value) => value !== '')
    fc.assert(
      fc.property(slug, fc.constantFrom(...patterns), (value, pattern) => {
        const path = pathOfSlug(value, pattern)
        const bare = path.replace(/\/$/, '')
        for (const form of [path, bare, `${bare}/`, decodeURI(path), path.normalize('NFD')])
          expect(slugInPath(form, pattern), form).toBe(value)
      }),
    )
  })

  it.each([
    ['/story', '/{slug}', 'story'],
    ['/st%6Fry', '/{slug}', 'story'],
    ['/%C3%A9', '/{slug}', undefined],
    ['/Story', '/{slug}', undefined],
    ['/story/', '/{slug}', 'story'],
    ['/story//', '/{slug}', undefined],
    ['//story', '/{slug}', undefined],
    ['/a/story', '/{slug}', undefined],
    ['/', '/{slug}', undefined],
    ['', '/{slug}', undefined],
    ['/../story', '/{slug}', undefined],
    ['/..%2Fstory', '/{slug}', undefined],
    ['/%ff', '/{slug}', undefined],
    ['/%', '/{slug}', undefined],
    ['/story%00', '/{slug}', undefined],
    ['/018ced2a-4000-7000-8000-00000000a001', '/{slug}', undefined],
    ['/news/story', '/news/{slug}', 'story'],
    ['/news%2Fstory', '/news/{slug}', undefined],
    ['/new/story', '/news/{slug}', undefined],
    ['/news/story.html', '/news/{slug}.html', 'story'],
    ['/news/story', '/news/{slug}.html', undefined],
    ['/news/.html', '/news/{slug}.html', undefined],
    ['/a-a', '/a-{slug}-a', undefined],
    // What cannot be decoded in the setting itself fits nothing, and breaks nothing.
    ['/100%/story', '/100%/{slug}', undefined],
    ['/story/{slug}', '/{slug}/{slug}', 'story'],
  ])('%s in %s holds the slug %s', (path, pattern, slug) => {
    expect(slugInPath(path, pattern)).toBe(slug)
  })
})
