import { expect } from 'vitest'
import { bearer, type TestServer } from './server.ts'

type Thing = { readonly id: string; readonly slug: string; readonly version: number } & Readonly<
  Record<string, unknown>
>

const span = (text: string, ...marks: string[]) => ({ _type: 'span', text, marks })
const block = (text: string) => ({ _type: 'block', children: [span(text)] })

/** One of each kind of block. */
const body = [
  { _type: 'block', style: 'h2', children: [span('Überschrift — 見出し 🌉')] },
  {
    _type: 'block',
    children: [span('Siehe '), span('hier', 'strong', 'l1'), span('\nNeue Zeile', 'em')],
    markDefs: [{ _type: 'link', _key: 'l1', href: 'https://a.example/ü?x=1&y=2', title: 'T' }],
  },
  { _type: 'block', listItem: 'number', level: 2, children: [span('Eins')] },
  { _type: 'image', src: 'https://a.example/b.jpg', alt: 'Brücke', caption: 'C', width: 100, height: 50 },
  { _type: 'code', code: 'let x = "</script>"', language: 'ts' },
  { _type: 'embed', url: 'https://www.youtube.com/watch?v=abc' },
  { _type: 'horizontal-rule' },
  {
    _type: 'table',
    headerRows: 1,
    rows: [{ _type: 'row', cells: [{ _type: 'cell', value: [block('Zelle')] }] }],
  },
]

/**
 * A newsroom with at least one of everything that is kept, made by the API: every state, old addresses, links, ads,
 * sellers and texts in several scripts. Answers articles by what became of them.
 */
export async function makeRichNewsroom({ http }: Pick<TestServer, 'http'>) {
  const send = async (
    method: 'post' | 'put' | 'patch' | 'delete',
    path: string,
    body?: object,
  ): Promise<Thing> => {
    const answer = await http[method](`/manage/v1${path}`)
      .set({ ...bearer(), 'if-match': '*' })
      .send(body)
    expect(answer.status, `${method} ${path} ${answer.text}`).toBeLessThan(300)
    return answer.body
  }
  const post = (path: string, body?: object) => send('post', path, body)
  const act = (article: Thing, action: string, body?: object) =>
    post(`/articles/${article.id}/${action}`, body)
  const patch = (article: Thing, body: object) => send('patch', `/articles/${article.id}`, body)
  const write = (title: string, more: object = {}) =>
    post('/articles', { title, body: [block(`${title}, ganz.`)], ...more })
  const publish = async (title: string, more: object = {}) => act(await write(title, more), 'publish')

  const section = await post('/sections', { name: 'Städte & Häfen' })
  const empty = await post('/sections', { name: 'Empty' })
  const tags = [await post('/tags', { name: '橋', slug: '橋' }), await post('/tags', { name: 'Été' })]
  const tagIds = tags.map(({ id }) => id)
  const authors = [await post('/authors', { name: 'Ann Bell' }), await post('/authors', { name: 'Юрий' })]

  const full = await publish('Élection à Genève', {
    ...{ body, subtitle: 'Sous-titre', excerpt: 'Extrait', language: 'fr-CH', credit: 'AFP' },
    ...{ sectionId: section.id, tagIds },
    authors: authors.map(({ id }, index) => ({ authorId: id, role: index === 0 ? 'Text' : null })),
    source: { attribution: 'Zuerst in', name: 'Die Zeitung', url: 'https://zeitung.example/' },
    externalIds: { wire: 'urn:1', '42': 'number', zeta: 'z', alpha: 'a' },
    seo: { title: 'SEO', description: null, canonicalUrl: 'https://a.example/c' },
    flags: { adsAllowed: true, sensitive: true },
    custom: { z: 1, a: { '10': [true, null, 1.5], b: '\u2028' } },
  })
  await act(full, 'publish')
  await act(full, 'corrections', { text: 'Ein früherer Text nannte die falsche Brücke.' })

  const draft = await write('橋が再開', { tagIds: [tagIds[0]] })
  await act(await write('In review'), 'submit')
  const approved = await write('Approved')
  await act(approved, 'submit')
  await act(approved, 'approve')
  const scheduled = await write('Scheduled')
  await act(scheduled, 'publish', { at: '2999-01-01T00:00:00Z', unpublishAt: '2999-02-01T00:00:00Z' })
  await write('Embargoed', { embargoUntil: '2999-01-01T00:00:00Z' })

  const edited = await publish('Edited after it was published', { excerpt: null })
  await send('put', `/articles/${edited.id}/related`, {
    links: [
      { kind: 'background', articleId: full.id },
      { kind: 'source', url: 'https://a.example/s', title: 'Quelle', excerpt: 'E' },
      { title: 'Not found yet' },
      { kind: 'translation', articleId: draft.id, title: 'Ü' },
    ],
  })
  await act(edited, 'publish')
  await patch(edited, { title: 'Edited', body: [block('Neu.')], tagIds, externalIds: { wire: 'urn:2' } })
  const { body: links } = await http.get(`/manage/v1/articles/${edited.id}/related`).set(bearer()).expect(200)
  await send('patch', `/articles/${edited.id}/related/${links.data[1].id}`, { position: 1 })

  const moved = await publish('First name')
  await patch(moved, { slug: 'second-name' })
  await act(moved, 'publish')
  await patch(moved, { slug: 'ｎａｍｅ三'.normalize('NFKC') })
  await act(moved, 'publish')
  await patch(moved, { slug: 'fourth-name' })
  await act(await write('Backdated'), 'publish', { at: '2001-09-09T01:46:40.123Z' })
  const planned = await publish('Planned to go')
  await act(planned, 'publish', { unpublishAt: '2999-03-01T00:00:00Z' })
  const again = await publish('Published and planned again')
  await patch(again, { subtitle: 'Later' })
  await act(again, 'publish', { at: '2999-04-01T00:00:00Z' })

  const unpublished = await publish('Unpublished')
  await act(unpublished, 'unpublish')
  const killed = await publish('Killed')
  await act(killed, 'kill', { reason: 'Zurückgezogen.', note: 'Secret note' })
  await act(await write('Killed and never public'), 'kill', { reason: 'No.' })
  const revived = await publish('Revived')
  await act(revived, 'kill', { reason: 'By mistake' })
  await act(revived, 'revive')
  const trashed = await publish('Trashed')
  await act(trashed, 'unpublish')
  await send('delete', `/articles/${trashed.id}`)
  const purged = await publish('Purged')
  await act(purged, 'unpublish')
  await send('delete', `/articles/${purged.id}`)
  await send('delete', `/articles/${purged.id}?permanent=true`)
  await act(full, 'duplicate')
  await send('patch', `/articles/${moved.id}/revisions/1`, { pinned: true })
  await act(moved, 'ads/pause')

  await importPage(http)
  await post('/collections', {
    ...{ key: 'front-page', name: 'Titelseite' },
    items: [full, draft, trashed, edited, moved].map(({ id }) => ({ articleId: id })),
  })
  await post('/collections', { key: 'nothing', name: 'Nothing' })
  await makeAds({ post, section, tag: tags[0] as Thing, article: full, trashed: draft })
  await send('delete', `/articles/${draft.id}`)
  await makeSellers(post)
  await post('/tokens', { name: 'Canary', role: 'viewer' })
  await act(full, 'preview-tokens')
  return { full, edited, moved, killed, unpublished, purged, empty }
}

/** Something with old paths, known by where it comes from. */
async function importPage(http: TestServer['http']): Promise<void> {
  const line = {
    ...{ type: 'article', title: 'Imported', status: 'published', publishedAt: '2010-01-01T00:00:00Z' },
    oldPaths: ['/2010/%C3%BC%2525.html', '/2010/a%3Fb', '/%2Fodd'],
    externalIds: { 'old-system': '7' },
  }
  const { headers } = await http
    .post('/manage/v1/import?publish=true&format=ndjson')
    .set({ ...bearer(), 'content-type': 'application/x-ndjson' })
    .send(`${JSON.stringify(line)}\n`)
    .expect(202)
  await expect
    .poll(async () => (await http.get(headers.location ?? '').set(bearer())).body.status, { timeout: 10_000 })
    .toBe('completed')
}

interface AdWorld {
  readonly post: (path: string, body?: object) => Promise<Thing>
  readonly section: Thing
  readonly tag: Thing
  readonly article: Thing
  /** Will be put into the trash. */
  readonly trashed: Thing
}

async function makeAds({ post, section, tag, article, trashed }: AdWorld): Promise<void> {
  const slots = [
    await post('/ad-slots', { key: 'unten', name: 'Unten', place: 'after-body', label: 'Anzeige' }),
    await post('/ad-slots', { key: 'in', name: 'In', place: 'in-body', afterBlock: 1, maxPlacements: 3 }),
  ]
  const advertisers = [
    await post('/advertisers', { name: 'Scooter & Söhne' }),
    await post('/advertisers', { name: 'Paused' }),
  ]
  await post(`/advertisers/${advertisers[1]?.id}/pause`)
  const creatives = [
    await post('/creatives', {
      ...{ advertiserId: advertisers[0]?.id, title: 'Elektroroller 🛴', format: 'text' },
      ...{ clickUrl: 'https://scooters.example/ü', exclusionLabels: ['scooters'] },
    }),
    await post('/creatives', { title: 'HTML', format: 'html', html: '<b>Ü</b>', sizes: ['300x250'] }),
    await post('/creatives', { advertiserId: advertisers[1]?.id, title: 'Native', format: 'native' }),
  ]
  const place = (slot: number, creative: number, more: object) =>
    post('/ad-placements', { slotId: slots[slot]?.id, creativeId: creatives[creative]?.id, ...more })
  await place(0, 0, { scope: { type: 'site' }, weight: 7, priority: 'house' })
  await place(1, 1, { scope: { type: 'section', id: section.id }, goal: { impressions: 1000 } })
  await place(0, 2, { scope: { type: 'tag', id: tag.id }, status: 'paused' })
  await place(1, 0, {
    scope: { type: 'article', id: article.id },
    ...{ startsAt: '2020-01-01T00:00:00Z', endsAt: '2999-01-01T00:00:00Z', priority: 'sponsorship' },
  })
  await place(0, 0, { scope: { type: 'article', id: trashed.id }, endsAt: '2020-01-02T00:00:00Z' })
}

async function makeSellers(post: AdWorld['post']): Promise<void> {
  await post('/sellers', {
    ...{ kind: 'account', domain: 'Exchange.example', accountId: '1', relationship: 'direct' },
    ...{ files: ['ads.txt', 'app-ads.txt'], comment: 'Häuser', commentAbove: 'Oben\nzwei' },
  })
  await post('/sellers', { kind: 'variable', variable: 'OWNERDOMAIN', value: 'news.example' })
  await post('/sellers', {
    ...{ kind: 'seller', sellerId: '9', sellerType: 'PUBLISHER', name: 'Zeitung' },
    ...{ domain: 'zeitung.example', ext: { z: 1, a: [1] } },
  })
  await post('/sellers', { kind: 'header', contactEmail: 'a@news.example' })
}
