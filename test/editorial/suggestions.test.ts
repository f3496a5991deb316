import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArticleReference } from '../../src/contract/article-reference.ts'
import { rankSuggestions } from '../../src/editorial/suggestions.ts'
import type { SuggestionCandidate } from '../../src/store/suggestion-candidates.ts'

const section = { id: 's', slug: 'city', name: 'City' }

function article(id: string, more: Partial<ArticleReference> = {}): ArticleReference {
  return {
    ...{ id, slug: id, title: id, status: 'published', isPublic: true, trashedAt: null, section },
    publishedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  }
}

function candidate(
  id: string,
  evidence: Partial<SuggestionCandidate> = {},
  more: Partial<ArticleReference> = {},
): SuggestionCandidate {
  return {
    article: article(id, more),
    sharedTags: [],
    sharedAuthors: [],
    hasSameSection: false,
    ...evidence,
  }
}

const rank = (candidates: SuggestionCandidate[], likeness: [string, number][] = [], limit = 50) =>
  rankSuggestions(candidates, { likeness: new Map(likeness), limit })

describe('suggestions', () => {
  it('say what the articles have in common, and count it', () => {
    const everything = candidate('a', {
      sharedTags: ['x', 'y'],
      sharedAuthors: ['jane'],
      hasSameSection: true,
    })
    expect(rank([everything], [['a', 0.5]])).toEqual([
      {
        article: everything.article,
        score: 0.6625,
        reasons: [
          { type: 'shared-tags', tags: ['x', 'y'] },
          { type: 'similar-text', likeness: 0.5 },
          { type: 'same-section', section: 'city' },
          { type: 'shared-authors', authors: ['jane'] },
        ],
      },
    ])
    const scores = [
      candidate('tag', { sharedTags: ['x'] }),
      candidate('section', { hasSameSection: true }),
      candidate('author', { sharedAuthors: ['jane'] }),
      candidate('text'),
    ]
    expect(rank(scores, [['text', 1]]).map(({ article, score }) => [article.id, score])).toEqual([
      ['text', 0.35],
      ['tag', 0.225],
      ['section', 0.1],
      ['author', 0.05],
    ])
  })

  it('leave out what has nothing in common', () => {
    expect(
      rank(
        [candidate('a'), candidate('b')],
        [
          ['a', 0],
          ['c', 1],
        ],
      ),
    ).toEqual([])
  })

  it('go by score, then the newest, those never published last, then by id', () => {
    const same = { sharedTags: ['x'] }
    const candidates = [
      candidate('draft-1', same, { publishedAt: null }),
      candidate('old', same, { publishedAt: '2020-01-01T00:00:00.000Z' }),
      candidate('draft-2', same, { publishedAt: null }),
      candidate('new', same),
      candidate('best', { sharedTags: ['x', 'y'] }, { publishedAt: null }),
    ]
    const ids = ['best', 'new', 'old', 'draft-2', 'draft-1']
    expect(rank(candidates).map(({ article }) => article.id)).toEqual(ids)
    expect(rank(candidates, [], 2).map(({ article }) => article.id)).toEqual(ids.slice(0, 2))
  })

  it('are the same whatever the order of the candidates, with scores from 0 to 1 that never rise', () => {
    const slugs = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
    const any = fc.uniqueArray(
      fc.record({
        id: fc.uuid({ version: 7 }),
        tags: slugs,
        authors: slugs,
        hasSameSection: fc.boolean(),
        likeness: fc.double({ min: -1, max: 2, noNaN: true }),
        publishedAt: fc.constantFrom(null, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
      }),
      { selector: ({ id }) => id, maxLength: 30 },
    )
    fc.assert(
      fc.property(any, fc.nat(1_000), (given, seed) => {
        const candidates = given.map(({ id, tags, authors, hasSameSection, publishedAt }) =>
          candidate(id, { sharedTags: tags, sharedAuthors: authors, hasSameSection }, { publishedAt }),
        )
        const likeness = given.map(({ id, likeness }): [string, number] => [id, likeness])
        const ranked = rank(candidates, likeness)
        const cut = candidates.length === 0 ? 0 : seed % candidates.length
        expect(rank([...candidates.slice(cut), ...candidates.slice(0, cut)].reverse(), likeness)).toEqual(
          ranked,
        )
        for (const [index, { score, reasons }] of ranked.entries()) {
          expect(score).toBeGreaterThan(0)
          expect(score).toBeLessThanOrEqual(ranked[index - 1]?.score ?? 1)
          expect(reasons.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})
