import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { countStatements } from '../support/statements.ts'
import { site, startNewsroom } from './newsroom.ts'
import { ninjsFaults, ninjsSchema, vocabulary } from './schemas.ts'
import { foreignProperties } from './vocabulary.ts'

const slug = 'anthony-blinken-the-return-and-israel'

const pictures = (src: string) => [
  { _type: 'image', src, alt: 'The bridge', caption: 'Open', credit: 'J. Roe', width: 1200, height: 800 },
]

/** An article that has everything that an article can have. */
async function publishWhole(newsroom: Awaited<ReturnType<typeof startNewsroom>>) {
  const { term, publish, draft, relate, act, patch } = newsroom
  const [city, transport, jane, joe] = [
    await term('sections', 'City'),
    await term('tags', 'Transport'),
    await term('authors', 'Jane Roe'),
    await term('authors', 'Joe Doe'),
  ]
  const other = await publish({ title: 'How it closed', excerpt: 'In March' })
  const hidden = await draft({ title: 'Canary' })
  const article = await publish({
    title: 'Bridge reopens',
    subtitle: 'At last',
    excerpt: 'Traffic moves',
    sectionId: city.id,
    tagIds: [transport.id],
    authors: [{ authorId: jane.id, role: 'reporter' }, { authorId: joe.id }],
    credit: 'AFP',
    source: { attribution: 'First in', name: 'The Wire', url: 'https://wire.example/a|b' },
    seo: { description: 'For search', canonicalUrl: 'https://wire.example/a' },
    flags: { sensitive: true },
    body: [
      {
        _type: 'block',
        children: [{ _type: 'span', text: 'Traffic <moves>', marks: ['l'] }],
        markDefs: [{ _type: 'link', _key: 'l', href: '#top' }],
      },
      ...pictures('/p/a|b.png'),
    ],
  })
  await relate(article.id, [
    { kind: 'background', articleId: other.id },
    { kind: 'related', articleId: hidden.id },
    { kind: 'source', url: 'https://docs.example/x|y', title: 'The report' },
    { kind: 'related', title: 'Open' },
  ])
  await act(article.id, 'publish')
  await act(article.id, 'corrections', { text: 'It was the other bridge.' })
  await patch(article.id, { title: 'Canary edit' })
  return { article, other, city, transport, jane, joe }
}

describe('an article as JSON-LD', () => {
  it('is a NewsArticle with what it has, and nothing made up', async () => {
    const newsroom = await startNewsroom()
    const { article } = await publishWhole(newsroom)
    const answer = await newsroom.http.get('/v1/articles/bridge-reopens/jsonld').expect(200)
    expect(answer.headers['content-type']).toBe('application/ld+json')
    const { body: delivered } = await newsroom.http.get('/v1/articles/bridge-reopens').expect(200)
    const data = JSON.parse(await newsroom.text('/v1/articles/bridge-reopens/jsonld'))
    const [{ at }] = delivered.corrections
    expect(data).toEqual({
      '@context': 'https://schema.org',
      '@type': 'NewsArticle',
      '@id': `urn:uuid:${article.id}`,
      identifier: article.id,
      url: `${site}/bridge-reopens`,
      mainEntityOfPage: 'https://wire.example/a',
      headline: 'Bridge reopens',
      alternativeHeadline: 'At last',
      description: 'For search',
      inLanguage: 'en',
      datePublished: delivered.publishedAt,
      dateModified: at,
      author: [
        { '@type': 'Person', name: 'Jane Roe' },
        { '@type': 'Person', name: 'Joe Doe' },
      ],
      creditText: 'AFP',
      publisher: { '@type': 'Organization', name: 'The Harbour News', url: `${site}/` },
      image: [
        {
          '@type': 'ImageObject',
          url: `${site}/p/a%7Cb.png`,
          description: 'The bridge',
          caption: 'Open',
          creditText: 'J. Roe',
          width: 1200,
          height: 800,
        },
      ],
      articleSection: 'City',
      keywords: ['Transport'],
      wordCount: 2,
      timeRequired: 'PT1M',
      isAccessibleForFree: true,
      isBasedOn: {
        '@type': 'CreativeWork',
        url: 'https://wire.example/a%7Cb',
        publisher: { '@type': 'Organization', name: 'The Wire' },
      },
      citation: [{ '@type': 'CreativeWork', name: 'The report', url: 'https://docs.example/x%7Cy' }],
      correction: [{ '@type': 'CorrectionComment', text: 'It was the other bridge.', datePublished: at }],
    })
    expectDescribed('get', '/v1/articles/{idOrSlug}/jsonld', { ...answer, body: data })
  })

  it('of the source article has no author, image, section or address that nobody gave', async () => {
    const { text } = await startNewsroom({ seeded: true, env: { PUBLIC_URL: '', SITE_NAME: '' } })
    const data = JSON.parse(await text(`/v1/articles/${slug}/jsonld`))
    expect(Object.keys(data)).toEqual([
      '@context',
      '@type',
      '@id',
      'identifier',
      'headline',
      'description',
      'inLanguage',
      'datePublished',
      'dateModified',
      'wordCount',
      'timeRequired',
      'isAccessibleForFree',
    ])
    expect(data).toMatchObject({ headline: 'Anthony Blinken the return and Israel', wordCount: 810 })
  })

  it.skipIf(vocabulary.text === undefined)(
    `has no property that schema.org does not have there ${vocabulary.reason}`,
    async () => {
      const newsroom = await startNewsroom({ seeded: true })
      await publishWhole(newsroom)
      for (const one of [slug, 'bridge-reopens']) {
        const data = JSON.parse(await newsroom.text(`/v1/articles/${one}/jsonld`))
        expect(foreignProperties(vocabulary.text ?? '', data)).toEqual([])
      }
      // The check finds what is wrong.
      const wrong = {
        '@type': 'NewsArticle',
        jobTitle: 'x',
        author: [{ '@type': 'Person', wordCount: 1 }],
        image: { '@type': 'Nope' },
      }
      expect(foreignProperties(vocabulary.text ?? '', wrong)).toEqual([
        'NewsArticle.jobTitle',
        'Person.wordCount',
        'Nope',
      ])
    },
  )
})

describe('an article as ninjs', () => {
  it('is a text item with its links and pictures', async () => {
    const newsroom = await startNewsroom()
    const { article, other, city, transport, jane, joe } = await publishWhole(newsroom)
    const answer = await newsroom.http.get('/v1/articles/bridge-reopens/ninjs').expect(200)
    expectDescribed('get', '/v1/articles/{idOrSlug}/ninjs', answer)
    const { body: delivered } = await newsroom.http.get('/v1/articles/bridge-reopens').expect(200)
    const item = answer.body
    expect(item).toMatchObject({
      standard: { name: 'ninjs', version: '3.1' },
      uri: `urn:uuid:${article.id}`,
      type: 'text',
      version: String(delivered.version),
      firstCreated: delivered.firstPublishedAt,
      versionCreated: delivered.corrections[0].at,
      pubStatus: 'usable',
      language: 'en',
      slugline: 'bridge-reopens',
      by: 'Jane Roe, Joe Doe',
      headlines: [
        { role: 'main', value: 'Bridge reopens' },
        { role: 'subtitle', value: 'At last' },
      ],
      descriptions: [
        { role: 'summary', value: 'Traffic moves' },
        { role: 'correction', value: 'It was the other bridge.' },
      ],
      subjects: [
        { name: 'City', rel: 'section', uri: `urn:uuid:${city.id}`, literal: 'city' },
        { name: 'Transport', rel: 'tag', uri: `urn:uuid:${transport.id}`, literal: 'transport' },
      ],
      infoSources: [
        { name: 'Jane Roe', role: 'reporter', uri: `urn:uuid:${jane.id}`, literal: 'jane-roe' },
        { name: 'Joe Doe', role: 'author', uri: `urn:uuid:${joe.id}`, literal: 'joe-doe' },
        { name: 'AFP', role: 'credit' },
        { name: 'The Wire', role: 'source', uri: 'https://wire.example/a%7Cb' },
      ],
      renditions: [{ name: 'web', href: `${site}/bridge-reopens`, contentType: 'text/html' }],
    })
    const [html, plain] = item.bodies
    expect(html.value).toContain(`<p><a href="${site}/bridge-reopens#top">Traffic &lt;moves&gt;</a></p>`)
    expect(plain).toMatchObject({
      contentType: 'text/plain',
      charCount: [...plain.value].length,
      wordCount: 2,
    })
    const associations = item.associations as { name: string; rel: string; uri: string; headlines?: object }[]
    expect(associations.map(({ name, rel }) => [name, rel])).toEqual([
      ['related-1', 'background'],
      ['related-2', 'source'],
      ['related-3', 'related'],
      ['picture-1', 'picture'],
    ])
    expect(associations[0]).toMatchObject({
      uri: `urn:uuid:${other.id}`,
      headlines: [{ role: 'main', value: 'How it closed' }],
      renditions: [{ name: 'web', href: `${site}/how-it-closed`, contentType: 'text/html' }],
    })
    expect(associations[1]).toMatchObject({
      renditions: [{ name: 'web', href: 'https://docs.example/x%7Cy' }],
    })
    expect(associations[3]).toMatchObject({
      uri: `${site}/p/a%7Cb.png`,
      by: 'J. Roe',
      renditions: [{ name: 'main', href: `${site}/p/a%7Cb.png`, width: 1200, height: 800 }],
    })
    expect(JSON.stringify(item)).not.toContain('Canary')
  })

  it.skipIf(ninjsSchema.text === undefined)(
    `is valid by the official schema: the source article, a whole one, with and without an address ${ninjsSchema.reason}`,
    async () => {
      const faults = ninjsFaults()
      for (const env of [
        {},
        { PUBLIC_URL: '' },
        { PUBLIC_URL: 'https://bücher.example/ü', ARTICLE_PATH: '/a|b/{slug}' },
      ]) {
        const newsroom = await startNewsroom({ seeded: true, env })
        await publishWhole(newsroom)
        for (const one of [slug, 'bridge-reopens', 'how-it-closed']) {
          const { body } = await newsroom.http.get(`/v1/articles/${one}/ninjs`).expect(200)
          expect(faults(body), JSON.stringify(body)).toEqual([])
        }
      }
      expect(faults({ uri: 'urn:x:y', nope: 1 })).not.toEqual([])
    },
  )
})

describe('both formats', () => {
  it.each(['jsonld', 'ninjs'])(
    'answer old slugs, what is gone and what never was as the article does (%s)',
    async (format) => {
      const { http, publish, patch, act, draft } = await startNewsroom()
      const { id } = await publish({ title: 'Old' })
      await draft({ title: 'Draft' })
      await patch(id, { slug: 'new' })
      await act(id, 'publish')
      const path = `/v1/articles/{idOrSlug}/${format}`
      const moved = await http.get(`/v1/articles/old/${format}`).expect(308)
      expect(moved.headers.location).toBe(`/v1/articles/new/${format}`)
      const one = await http.get(`/v1/articles/${id}/${format}`).expect(200)
      expect(one.headers['cache-tag']).toBe(`article:${id}`)
      await http.get(`/v1/articles/new/${format}`).set('if-none-match', String(one.headers.etag)).expect(304)
      await http.head(`/v1/articles/new/${format}`).expect(200)
      await act(id, 'kill', { reason: 'Withdrawn' })
      const gone = await http.get(`/v1/articles/old/${format}`).expect(410)
      expect(gone.body).toMatchObject({ code: 'article-gone', reason: 'killed', publicReason: 'Withdrawn' })
      expectDescribed('get', path, gone)
      for (const never of ['draft', 'nothing', 'a%2Fb'])
        expectDescribed('get', path, await http.get(`/v1/articles/${never}/${format}`).expect(404))
      expectDescribed('get', path, await http.get(`/v1/articles/old/${format}?body=html`).expect(400))
      await http.post(`/v1/articles/old/${format}`).expect(405)
    },
  )

  it('cost the same number of statements, however many links there are', async () => {
    const newsroom = await startNewsroom()
    const { publish, relate, act, http } = newsroom
    const { id } = await publish({ title: 'A' })
    const targets = []
    for (let index = 0; index < 9; index += 1) targets.push(await publish({ title: `T ${index}` }))
    // What ads are chosen from is read once.
    await http.get(`/v1/articles/${id}/jsonld`).expect(200)
    const counts: number[][] = []
    for (const count of [1, 9]) {
      await relate(
        id,
        targets.slice(0, count).map((target) => ({ articleId: target.id })),
      )
      await act(id, 'publish')
      const round = []
      for (const format of ['jsonld', 'ninjs'])
        round.push(
          await countStatements(newsroom, () => http.get(`/v1/articles/${id}/${format}`).expect(200)),
        )
      counts.push(round)
    }
    expect(counts[1]).toEqual(counts[0])
    expect(Math.max(...counts.flat())).toBeLessThanOrEqual(9)
  })
})
