import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ChangeType, changeTypes } from '../../src/contract/change.ts'
import { expectDescribed } from '../support/contract.ts'
import { dump } from '../support/dump.ts'
import { adminToken, bearer, startServer, type TestServer } from '../support/server.ts'
import { auditDesk, bodyOf, eventsPath } from './audit.ts'

const morning = Date.parse('2026-05-01T08:00:00Z')
const hour = 3_600_000
const at = (ms: number) => new Date(ms).toISOString()
const articles = '/articles'

const admin = { tokenId: null, name: 'ADMIN_TOKEN', role: 'admin' }
const system = { tokenId: null, name: 'system', role: 'admin' }
const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/** One step of the story: what is done, and what the log must have of it. */
interface Expected {
  readonly before?: object | null
  readonly after?: object | null
  readonly [member: string]: unknown
}
/** `partly`: the event has more members than are named here. */
type Step = readonly [type: ChangeType, act: () => Promise<unknown>, expected: Expected, how?: 'partly']

/** Lets the server do what is due, until the log has this. */
async function waitFor(server: TestServer, type: ChangeType, subject: string): Promise<void> {
  const { page } = auditDesk(server)
  await expect
    .poll(async () => (await page(`type=${type}&subject=${subject}`)).data.length, { timeout: 10_000 })
    .toBe(1)
}

/** An article's whole life, and of everything about it. */
async function lifeOfAnArticle(server: TestServer): Promise<Step[]> {
  const desk = auditDesk(server)
  const first = bodyOf('Traffic is moving again.')
  const second = bodyOf('Traffic is moving again.', 'Since noon.')
  const { id } = await desk.post(articles, { title: 'Bridge', body: first, tagIds: [] })
  const path = `${articles}/${id}`
  const subject = { type: 'article', id, slug: 'bridge' }
  const later = await desk.post(articles, { title: 'Later' })
  const blocked = await desk.post(articles, { title: 'Blocked' })
  await desk.post(`${articles}/${blocked.id}/publish`, { at: at(morning + hour) })
  await desk.patch(`${articles}/${blocked.id}`, { embargoUntil: at(morning + 2 * hour) })
  let preview = ''
  const act = (action: string, input?: object) => () => desk.post(`${path}/${action}`, input)
  const status = (before: string, after: string) => ({ before: { status: before }, after: { status: after } })

  return [
    [
      'article.created',
      () => desk.post(articles, { title: 'Copy', body: first, seo: { title: 'C' } }),
      {
        actor: admin,
        version: 1,
        before: null,
        after: {
          status: 'draft',
          title: 'Copy',
          slug: 'copy',
          language: 'en',
          seo: { title: 'C', description: null, canonicalUrl: null },
          flags: { adsAllowed: true, sensitive: false },
          body: { version: 1, blocks: 1, words: 4, sha256: sha256(first) },
        },
        details: {},
      },
    ],
    [
      'article.updated',
      () => desk.patch(path, { title: 'The bridge', body: second }),
      {
        subject,
        version: 2,
        before: { title: 'Bridge', body: { version: 1, blocks: 1, words: 4, sha256: sha256(first) } },
        after: { title: 'The bridge', body: { version: 2, blocks: 2, words: 6, sha256: sha256(second) } },
        details: {},
      },
    ],
    // What was there already is no change, nor is a body that is the same.
    [
      'article.updated',
      () => desk.patch(path, { title: 'The bridge', body: second }),
      { before: {}, after: {} },
    ],
    ['article.submitted', act('submit'), status('draft', 'in-review')],
    ['article.rejected', act('reject'), status('in-review', 'draft')],
    ['article.submitted', act('submit'), status('draft', 'in-review')],
    ['article.approved', act('approve'), { subject, version: 7, ...status('in-review', 'approved') }],
    [
      'article.scheduled',
      act('publish', { at: at(morning + 5 * hour), unpublishAt: at(morning + 6 * hour) }),
      {
        before: { status: 'approved', scheduledAt: null, unpublishAt: null },
        after: {
          status: 'scheduled',
          scheduledAt: at(morning + 5 * hour),
          unpublishAt: at(morning + 6 * hour),
        },
      },
    ],
    [
      'article.unscheduled',
      act('unschedule'),
      { after: { status: 'approved', scheduledAt: null, unpublishAt: null }, details: {} },
    ],
    [
      'article.published',
      act('publish'),
      {
        subject,
        version: 10,
        before: { status: 'approved', publishedVersion: null, firstPublishedAt: null, publishedAt: null },
        after: {
          status: 'published',
          publishedVersion: 10,
          firstPublishedAt: at(morning),
          publishedAt: at(morning),
        },
        details: {},
      },
    ],
    [
      'article.corrected',
      act('corrections', { text: 'It was noon.' }),
      {
        before: { corrections: [] },
        after: { corrections: [{ at: at(morning), text: 'It was noon.' }] },
        details: { text: 'It was noon.' },
      },
    ],
    [
      'revision.pinned',
      () => desk.patch(`${path}/revisions/2`, { pinned: true }),
      { subject, version: 2, before: { pinned: false }, after: { pinned: true } },
    ],
    [
      'revision.unpinned',
      () => desk.patch(`${path}/revisions/2`, { pinned: false }),
      { version: 2, before: { pinned: true }, after: { pinned: false } },
    ],
    [
      'article.updated',
      () => desk.post(`${path}/revisions/1/restore`),
      {
        before: { title: 'The bridge', body: { version: 11, blocks: 2 } },
        after: { title: 'Bridge', body: { version: 12, blocks: 1, sha256: sha256(first) } },
        details: { restoredVersion: 1 },
      },
    ],
    [
      'article.created',
      act('duplicate'),
      { before: null, after: { title: 'Bridge' }, details: { duplicateOf: id } },
      'partly',
    ],
    [
      'preview-token.created',
      async () => {
        preview = (await desk.post(`${path}/preview-tokens`, { expiresInSeconds: 60 })).id
      },
      {
        subject: { type: 'preview-token', slug: null },
        version: null,
        before: null,
        after: { articleId: id, expiresAt: at(morning + 60_000) },
        details: { articleId: id },
      },
    ],
    [
      'preview-token.revoked',
      () => desk.delete(`${path}/preview-tokens/${preview}`),
      { before: { revokedAt: null }, after: { revokedAt: at(morning) }, details: { articleId: id } },
    ],
    [
      'article.unpublished',
      act('unpublish'),
      {
        before: { status: 'published', publishedVersion: 10 },
        after: { status: 'unpublished', publishedVersion: null },
        details: {},
      },
    ],
    [
      'article.killed',
      act('kill', { reason: 'Libel', note: 'Call the lawyer' }),
      { ...status('unpublished', 'killed'), details: { publicReason: 'Libel', note: 'Call the lawyer' } },
    ],
    ['article.revived', act('revive'), status('killed', 'draft')],
    [
      'article.trashed',
      () => desk.delete(path),
      { before: { trashedAt: null }, after: { trashedAt: at(morning) } },
    ],
    ['article.restored', act('restore'), { before: { trashedAt: at(morning) }, after: { trashedAt: null } }],
    ['article.trashed', () => desk.delete(path), {}],
    [
      'article.purged',
      () => desk.delete(`${path}?permanent=true`),
      {
        subject,
        version: 18,
        before: {
          status: 'draft',
          title: 'Bridge',
          slug: 'bridge',
          trashedAt: at(morning),
          firstPublishedAt: at(morning),
          corrections: [{ text: 'It was noon.' }],
          body: { version: 18, blocks: 1, sha256: sha256(first) },
        },
        after: null,
      },
      'partly',
    ],
    [
      'article.schedule-blocked',
      async () => {
        server.setClock(morning + hour)
        await waitFor(server, 'article.schedule-blocked', blocked.id)
      },
      {
        subject: { id: blocked.id },
        actor: admin,
        before: { scheduleProblem: null },
        after: { scheduleProblem: 'embargoed' },
        details: { carriedOutBy: 'schedule' },
      },
    ],
    [
      'article.published',
      async () => {
        await desk.post(`${articles}/${later.id}/publish`, { at: at(morning + 2 * hour) })
        server.setClock(morning + 2 * hour)
        await waitFor(server, 'article.published', later.id)
      },
      {
        subject: { id: later.id },
        actor: admin,
        before: { status: 'scheduled', scheduledAt: at(morning + 2 * hour) },
        after: { status: 'published', scheduledAt: null },
        details: { carriedOutBy: 'schedule' },
      },
      'partly',
    ],
  ]
}

/** Sections, tags and authors. */
async function livesOfTerms(server: TestServer): Promise<Step[]> {
  const desk = auditDesk(server)
  const steps: Step[] = []
  for (const kind of ['section', 'tag', 'author'] as const) {
    const path = `/${kind}s`
    const { id } = await desk.post(path, { name: 'Old', slug: 'old' })
    const subject = { type: kind, id, slug: 'new' }
    steps.push(
      [
        `${kind}.created`,
        () => desk.post(path, { name: 'Another' }),
        {
          version: 1,
          before: null,
          after: { name: 'Another', slug: 'another' },
          details: { name: 'Another' },
        },
      ],
      [
        `${kind}.updated`,
        () => desk.patch(`${path}/${id}`, { slug: 'new' }),
        { subject, version: 2, before: { slug: 'old' }, after: { slug: 'new' }, details: { name: 'Old' } },
      ],
      [
        `${kind}.deleted`,
        () => desk.delete(`${path}/${id}`),
        { subject, version: 2, before: { name: 'Old', slug: 'new' }, after: null },
      ],
    )
  }
  return steps
}

async function lifeOfACollection(server: TestServer): Promise<Step[]> {
  const desk = auditDesk(server)
  const one = await desk.post(articles, { title: 'One' })
  const two = await desk.post(articles, { title: 'Two' })
  const items = (...list: { id: string }[]) => list.map(({ id }) => ({ articleId: id }))
  const { id } = await desk.post('/collections', { key: 'front', name: 'Front', items: items(one, two) })
  const path = `/collections/${id}`
  const subject = { type: 'collection', id, slug: 'front' }
  return [
    [
      'collection.created',
      () => desk.post('/collections', { key: 'back', name: 'Back', items: items(one) }),
      { before: null, after: { key: 'back', name: 'Back', items: items(one) }, details: { name: 'Back' } },
    ],
    [
      'collection.updated',
      () => desk.patch(path, { items: items(two, one), name: 'Front' }),
      { subject, version: 2, before: { items: items(one, two) }, after: { items: items(two, one) } },
    ],
    [
      'collection.updated',
      () => desk.patch(path, { name: 'Lead' }),
      { before: { name: 'Front' }, after: { name: 'Lead' } },
    ],
    [
      'collection.deleted',
      () => desk.delete(path),
      { subject, before: { key: 'front', name: 'Lead', items: items(two, one) }, after: null },
    ],
  ]
}

async function lifeOfAToken(server: TestServer): Promise<Step[]> {
  const desk = auditDesk(server)
  const { id } = await desk.post('/tokens', { name: 'Wire', role: 'writer' })
  const path = `/tokens/${id}`
  const subject = { type: 'token', id, slug: null }
  return [
    [
      'token.created',
      () => desk.post('/tokens', { name: 'Desk', role: 'editor', expiresAt: at(morning + 99 * hour) }),
      {
        before: null,
        after: { name: 'Desk', role: 'editor', expiresAt: at(morning + 99 * hour) },
        details: { name: 'Desk' },
      },
    ],
    [
      'token.updated',
      () => desk.patch(path, { permissions: ['articles.read'] }),
      {
        subject,
        version: 2,
        before: { role: 'writer', permissions: [] },
        after: { role: null, permissions: ['articles.read'] },
        details: { name: 'Wire' },
      },
    ],
    [
      'token.rotated',
      () => desk.post(`${path}/rotate`, { overlapSeconds: 3_600 }),
      {
        before: { previousSecretExpiresAt: null },
        after: { previousSecretExpiresAt: expect.stringMatching(/^2026-05-01T/) },
      },
    ],
    [
      'token.revoked',
      () => desk.delete(path),
      {
        before: { previousSecretExpiresAt: expect.any(String), revokedAt: null },
        after: { previousSecretExpiresAt: null, revokedAt: expect.any(String) },
        details: { name: 'Wire' },
      },
    ],
  ]
}

/** Of all that ads are made of. */
async function lifeOfAds(server: TestServer): Promise<Step[]> {
  const desk = auditDesk(server)
  const article = await desk.post(articles, { title: 'With ads' })
  const slot = await desk.post('/ad-slots', { key: 'side', name: 'Side', place: 'sidebar' })
  const advertiser = await desk.post('/advertisers', { name: 'Scooters' })
  const creative = await desk.post('/creatives', { title: 'X', format: 'text', advertiserId: advertiser.id })
  const place = { slotId: slot.id, creativeId: creative.id, scope: { type: 'site' } }
  const placement = await desk.post('/ad-placements', place)
  const [opening, closing] = [at(morning + 3 * hour), at(morning + 4 * hour)]
  const dates = { startsAt: opening, endsAt: closing }
  const step = (
    type: ChangeType,
    act: () => Promise<unknown>,
    before: object | null,
    after: object | null,
  ): Step => {
    return [type, act, { before, after }]
  }
  const status = (before: string, after: string) => [{ status: before }, { status: after }] as const
  const edge = (type: 'ad-placement.opened' | 'ad-placement.closed', instant: string): Step => [
    type,
    async () => {
      server.setClock(Date.parse(instant))
      await waitFor(server, type, placement.id)
    },
    { actor: system, version: 2, before: {}, after: {}, details: { carriedOutBy: 'schedule' } },
  ]
  return [
    [
      'article.ads-paused',
      () => desk.post(`${articles}/${article.id}/ads/pause`),
      { subject: { type: 'article', id: article.id, slug: 'with-ads' }, version: null, actor: admin },
    ],
    [
      'article.ads-resumed',
      () => desk.post(`${articles}/${article.id}/ads/resume`),
      { subject: { type: 'article', id: article.id, slug: 'with-ads' }, version: null, actor: admin },
    ],
    step(
      'ad-slot.updated',
      () => desk.patch(`/ad-slots/${slot.id}`, { maxPlacements: 2 }),
      { maxPlacements: 1 },
      { maxPlacements: 2 },
    ),
    [
      'advertiser.created',
      () => desk.post('/advertisers', { name: 'Bikes' }),
      { version: 1, before: null, after: { name: 'Bikes', status: 'active' }, details: { name: 'Bikes' } },
    ],
    step(
      'advertiser.updated',
      () => desk.patch(`/advertisers/${advertiser.id}`, { name: 'Carts' }),
      { name: 'Scooters' },
      { name: 'Carts' },
    ),
    step(
      'advertiser.paused',
      () => desk.post(`/advertisers/${advertiser.id}/pause`),
      ...status('active', 'paused'),
    ),
    step(
      'advertiser.resumed',
      () => desk.post(`/advertisers/${advertiser.id}/resume`),
      ...status('paused', 'active'),
    ),
    step(
      'creative.updated',
      () => desk.patch(`/creatives/${creative.id}`, { title: 'Y' }),
      { title: 'X' },
      { title: 'Y' },
    ),
    step(
      'ad-placement.updated',
      () => desk.patch(`/ad-placements/${placement.id}`, dates),
      { startsAt: null, endsAt: null },
      dates,
    ),
    edge('ad-placement.opened', opening),
    edge('ad-placement.closed', closing),
    [
      'ad-placement.deleted',
      () => desk.delete(`/ad-placements/${placement.id}`),
      { version: 2, after: null, before: { ...place, position: 1, ...dates } },
      'partly',
    ],
    [
      'creative.deleted',
      () => desk.delete(`/creatives/${creative.id}`),
      { after: null, before: { advertiserId: advertiser.id, title: 'Y', format: 'text' } },
    ],
    [
      'advertiser.deleted',
      () => desk.delete(`/advertisers/${advertiser.id}`),
      { after: null, before: { name: 'Carts', status: 'active' } },
    ],
    [
      'ad-slot.deleted',
      () => desk.delete(`/ad-slots/${slot.id}`),
      { subject: { slug: 'side' }, after: null, before: { key: 'side', maxPlacements: 2 } },
      'partly',
    ],
  ]
}

/** What happens to an entry of `ads.txt`, and to the whole of it. */
async function lifeOfASeller({ http }: TestServer): Promise<Step[]> {
  const account = { kind: 'account', domain: 'exchange.example', accountId: '1', relationship: 'DIRECT' }
  const send = (method: 'post' | 'patch' | 'delete', path: string) =>
    http[method](`/manage/v1/sellers${path}`).set({ ...bearer(), 'if-match': '*' })
  let id = ''
  return [
    [
      'seller.created',
      async () => {
        id = (await send('post', '').send(account).expect(201)).body.id
      },
      { before: null, after: { ...account, files: ['ads.txt'], position: 1 } },
      'partly',
    ],
    [
      'seller.updated',
      async () => {
        await send('patch', `/${id}`).send({ relationship: 'RESELLER' }).expect(200)
      },
      { before: { relationship: 'DIRECT' }, after: { relationship: 'RESELLER' } },
    ],
    [
      'seller.deleted',
      async () => {
        await send('delete', `/${id}`).expect(204)
      },
      { after: null, before: { accountId: '1', relationship: 'RESELLER' } },
      'partly',
    ],
    [
      'seller-file.imported',
      async () => {
        await send('post', '/import?file=ads.txt').type('text/plain').send('a.example, 1, DIRECT').expect(200)
      },
      { subject: { slug: 'ads.txt' }, after: { mode: 'merge', created: 1 } },
      'partly',
    ],
  ]
}

describe('the audit log', () => {
  it('has every kind of change, with who made it, what it was before and what it is after', async () => {
    const server = await startServer({ clock: morning, seeded: true })
    const desk = auditDesk(server)
    const steps = [
      ...(await lifeOfAnArticle(server)),
      ...(await livesOfTerms(server)),
      ...(await lifeOfACollection(server)),
      ...(await lifeOfAToken(server)),
      ...(await lifeOfAds(server)),
      ...(await lifeOfASeller(server)),
    ]
    for (const [type, act, expected, how] of steps) {
      await act()
      const event = await desk.newest()
      expect([type, event]).toMatchObject([type, { type, ...expected }])
      // `toMatchObject` would let members pass that did not change.
      for (const side of how === 'partly' ? [] : (['before', 'after'] as const))
        if (expected[side])
          expect([type, Object.keys(event[side] ?? {})]).toEqual([type, Object.keys(expected[side])])
      const one = await server.http.get(`${eventsPath}/${event.id}`).set(bearer()).expect(200)
      expect(one.body).toEqual(event)
      expectDescribed('get', '/manage/v1/events/{id}', one)
    }

    // What the seed imported, and its ads with it.
    const made = await desk.all('type=ad-slot.created,creative.created,ad-placement.created')
    const seeded = made.filter(({ actor }) => actor.name === 'system').reverse()
    expect(seeded).toMatchObject([
      {
        type: 'ad-slot.created',
        actor: system,
        before: null,
        after: { key: 'after-body', maxPlacements: 20 },
      },
      { type: 'creative.created', version: 1, after: { title: 'Electric Scooter X', format: 'text' } },
      { type: 'ad-placement.created', after: { position: 1, scope: { type: 'article' }, status: 'active' } },
      ...seeded.slice(3).map(() => ({ before: null, actor: system })),
    ])
    const imported = (await desk.all('type=article.published')).filter((event) => event.details.imported)
    expect(imported).toMatchObject([{ actor: system, before: null, details: { imported: 'page' } }])
    const { id } = imported[0]?.subject ?? { id: '' }
    await desk.post(`${articles}/${id}/unpublish`)
    await desk.delete(`${articles}/${id}`)
    await desk.delete(`${articles}/${id}?permanent=true`)
    const [, ...removed] = (await desk.all('type=ad-placement.deleted')).reverse()
    expect(removed.length).toBeGreaterThan(0)
    for (const event of removed)
      expect(event).toMatchObject({ actor: admin, before: { scope: { type: 'article', id } }, after: null })

    const events = await desk.all()
    const seen = new Set(events.map((event) => event.type))
    expect(changeTypes.filter((type) => !seen.has(type))).toEqual([])
  })

  it('tells of large values in short, by which they can be known again, and of a collection all', async () => {
    const server = await startServer()
    const desk = auditDesk(server)
    const custom = { text: 'é'.repeat(4_000) }
    const { id } = await desk.post(articles, { title: 'Large', custom: { small: true } })
    await desk.patch(`${articles}/${id}`, { custom: { small: null, ...custom } })
    const bytes = Buffer.byteLength(JSON.stringify(custom))
    expect(await desk.newest()).toMatchObject({
      before: { custom: { small: true } },
      after: { custom: { bytes, sha256: sha256(custom) } },
    })
    const { custom: stored } = (await server.http.get(`/manage/v1/articles/${id}`).set(bearer())).body
    expect(sha256(stored)).toBe(sha256(custom))

    const items: { articleId: string }[] = []
    for (let index = 0; index < 120; index += 1)
      items.push({ articleId: (await desk.post(articles, { title: `Item ${index}` })).id })
    const collection = await desk.post('/collections', { key: 'long', name: 'Long', items })
    await desk.patch(`/collections/${collection.id}`, { items: items.slice(1) })
    expect(await desk.newest()).toMatchObject({ before: { items }, after: { items: items.slice(1) } })
  })

  it('names the related links that are not the same, and not those that only moved up', async () => {
    const server = await startServer()
    const desk = auditDesk(server)
    const { id } = await desk.post(articles, { title: 'Links' })
    const path = `${articles}/${id}/related`
    const { data } = await desk.put(path, {
      links: ['A', 'B', 'C'].map((title) => ({ title, url: `https://news.example/${title}` })),
    })
    const [a, b, c] = data
    const told = (
      { id: linkId, kind, title, url, articleId, excerpt }: Record<string, unknown>,
      position: number,
    ) => ({
      ...{ id: linkId, kind, position, title, url, articleId, excerpt },
    })
    expect(await desk.newest()).toMatchObject({
      before: { related: { count: 0, links: [] } },
      after: { related: { count: 3, links: [told(a, 1), told(b, 2), told(c, 3)] } },
    })
    await desk.delete(`${path}/${a.id}`)
    expect(await desk.newest()).toMatchObject({
      before: { related: { count: 3, links: [told(a, 1)] } },
      after: { related: { count: 2, links: [] } },
    })
    await desk.patch(`${path}/${c.id}`, { position: 1 })
    expect((await desk.newest()).after).toEqual({ related: { count: 2, links: [told(c, 1), told(b, 2)] } })
    await desk.patch(`${path}/${b.id}`, { title: 'Better', excerpt: 'x'.repeat(300) })
    const { before, after } = await desk.newest()
    expect(before).toEqual({ related: { count: 2, links: [told(b, 2)] } })
    expect(after).toEqual({
      related: { count: 2, links: [{ ...told(b, 2), title: 'Better', excerpt: `${'x'.repeat(200)}…` }] },
    })

    await desk.put(path, { links: Array.from({ length: 200 }, (_, index) => ({ title: `Link ${index}` })) })
    const many = (await desk.newest()).after?.related as {
      count: number
      links: unknown[]
      omitted: number
    }
    expect([many.count, many.links.length, many.omitted]).toEqual([200, 20, 180])
    await desk.put(path, { links: Array.from({ length: 200 }, () => ({ title: 'é'.repeat(300) })) })
    const wide = (await desk.newest()).after?.related as typeof many
    expect(wide.links.length + wide.omitted).toBe(200)
    expect(Buffer.byteLength(JSON.stringify(wide))).toBeLessThan(5_000)
  })

  it('never has a secret, nor what is made of one, whatever has its name', async () => {
    const server = await startServer()
    const desk = auditDesk(server)
    const canary = 'canary-secret-of-at-least-32-characters-long'
    const made = await desk.post('/tokens', { name: `copydesk_${canary}`, role: 'admin' })
    const rotated = await desk.post(`/tokens/${made.id}/rotate`, { overlapSeconds: 60 })
    await desk.patch(`/tokens/${made.id}`, { name: canary })
    const { id } = await desk.post(articles, { title: 'Secret' })
    const preview = await desk.post(`${articles}/${id}/preview-tokens`)
    await auditDesk(server, rotated.token).post(articles, { title: 'By token' })
    await desk.delete(`/tokens/${made.id}`)
    const exported = await server.http.get(eventsPath).set(bearer()).set('accept', 'text/csv').expect(200)
    const texts = [exported.text, JSON.stringify(await desk.all())]
    const stored = await dump(server.engine)
    const changes = stored.split('\n').filter((line) => line.startsWith('changes '))
    expect(changes.length).toBeGreaterThan(6)
    const hashes = [made.token, rotated.token, adminToken].map((secret) =>
      createHash('sha256').update(secret).digest('hex'),
    )
    expect(stored).toContain(hashes[1] as string)
    for (const text of [...texts, changes.join('\n')]) {
      // A name is no secret, whatever it looks like.
      expect(text).toContain(`copydesk_${canary}`)
      for (const secret of [made.token, rotated.token, adminToken, preview.token, preview.url, ...hashes])
        expect(text).not.toContain(secret)
      expect(text).not.toMatch(/secretHash|secret_hash/i)
    }
  })
})
