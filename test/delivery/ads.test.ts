import { describe, expect, it } from 'vitest'
import { adDesk } from '../management/ad-desk.ts'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const manage = '/manage/v1'
const noon = Date.parse('2024-01-09T12:00:00Z')
const hour = 3_600_000
const at = (ms: number) => new Date(ms).toISOString()

interface Slot {
  readonly slot: string
  readonly anchor: { readonly place: string; readonly afterKey?: string }
  readonly placements: readonly { readonly id: string; readonly token: string }[]
}

async function startDesk(options: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(options)
  const { http, db } = server
  const get = async (path: string) => (await http.get(path).expect(200)).body
  /** The placements that an article shows, by slot. */
  const shown = async (slug: string): Promise<Record<string, string[]>> => {
    const ads: Slot[] = (await get(`/v1/articles/${slug}`)).ads
    return Object.fromEntries(ads.map(({ slot, placements }) => [slot, placements.map(({ id }) => id)]))
  }
  const seq = async () => (await db.published((published) => published.findState())).seq
  return { ...server, desk: adDesk(server), get, shown, seq }
}

const paragraph = (text: string, style = 'normal') => ({
  ...{ _type: 'block', style, markDefs: [] },
  children: [{ _type: 'span', text, marks: [] }],
})

describe('the ads of an article', () => {
  it('are those of the site, its section, its tags and itself, in the order of priority, position and weight', async () => {
    const { desk, shown } = await startDesk()
    const [city, sport] = [await desk.section('City'), await desk.section('Sport')]
    const tag = await desk.make('/tags', { name: 'Transport' })
    const article = await desk.article({ sectionId: city.id, tagIds: [tag.id] })
    const other = await desk.article({ title: 'Other', sectionId: sport.id })
    const [slot, creative] = [await desk.slot({ maxPlacements: 3 }), await desk.creative()]
    const place = async (more: object) => (await desk.place(slot, creative, more)).id
    const house = await place({ priority: 'house' })
    const site = await place({ position: 2 })
    const light = await place({ position: 1, scope: { type: 'section', id: city.id } })
    const heavy = await place({ position: 1, weight: 5, scope: { type: 'tag', id: tag.id } })
    const sponsor = await place({
      ...{ position: 9, priority: 'sponsorship' },
      scope: { type: 'article', id: article.id },
    })
    expect(await shown(article.slug)).toEqual({ 'slot-1': [sponsor, heavy, light] })
    expect(await shown(other.slug)).toEqual({ 'slot-1': [site, house] })
    await desk.patch(`/ad-slots/${slot.id}`, { maxPlacements: 1 })
    expect(await shown(article.slug)).toEqual({ 'slot-1': [sponsor] })
  })

  it('are none where its editors forbid them, and those of the house where it is sensitive', async () => {
    const { desk, shown, get } = await startDesk()
    const [slot, creative] = [await desk.slot({ maxPlacements: 3 }), await desk.creative()]
    const sold = await desk.place(slot, creative)
    const house = await desk.place(slot, creative, { priority: 'house' })
    const free = await desk.article({ title: 'Free' })
    const sad = await desk.article({ title: 'Sad', flags: { sensitive: true } })
    const pure = await desk.article({ title: 'Pure', flags: { adsAllowed: false } })
    expect(await shown(free.slug)).toEqual({ 'slot-1': [sold.id, house.id] })
    expect(await shown(sad.slug)).toEqual({ 'slot-1': [house.id] })
    expect(await shown(pure.slug)).toEqual({})
    const listed: { title: string; ads: Slot[] }[] = (await get('/v1/articles?include=ads&sort=title')).data
    expect(
      listed.map(({ title, ads }) => [title, ads.flatMap(({ placements }) => placements.length)]),
    ).toEqual([
      ['Free', [2]],
      ['Pure', []],
      ['Sad', [1]],
    ])
    // What editors say of an article is for them to know.
    for (const { slug } of [sad, pure]) {
      const { slots } = await get(`/v1/articles/${slug}/ads?explain=true`)
      expect(slots[0].candidates[0]).toEqual({
        ...{ placementId: sold.id, eligible: false, reason: 'article-forbids-ads' },
      })
    }
  })

  it('stand in the body after a paragraph, fewer in short articles, never after a heading', async () => {
    const { desk, get } = await startDesk()
    const creative = await desk.creative()
    for (const afterBlock of [2, 4]) {
      const slot = await desk.slot({ key: `after-${afterBlock}`, place: 'in-body', afterBlock })
      await desk.place(slot, creative)
    }
    const texts = [paragraph('One.'), paragraph('Heading', 'h2'), paragraph(' '), paragraph('Two.')]
    const long = await desk.article({
      title: 'Long',
      body: [
        ...texts,
        paragraph('Heading', 'h2'),
        paragraph('Three.'),
        paragraph('Four.'),
        paragraph('Five.'),
      ],
    })
    const short = await desk.article({ title: 'Short', body: texts })
    const placesIn = async (slug: string) => {
      const { body, ads } = await get(`/v1/articles/${slug}`)
      const textOf = (key?: string) =>
        body.find((block: { _key: string }) => block._key === key).children[0].text
      return ads.map(({ slot, anchor }: Slot) => [slot, anchor.place, textOf(anchor.afterKey)])
    }
    const second = ['after-2', 'in-body', 'Two.']
    expect(await placesIn(long.slug)).toEqual([second, ['after-4', 'in-body', 'Four.']])
    expect(await placesIn(short.slug)).toEqual([second])
  })

  it('keep competitors apart on the whole page, and fit their slot', async () => {
    const { desk, shown } = await startDesk()
    const article = await desk.article()
    const top = await desk.slot({ place: 'top', sizes: ['leaderboard'] })
    const bottom = await desk.slot({ place: 'bottom', maxPlacements: 2 })
    const label = (name: string) => ({ exclusionLabels: [name] })
    const one = await desk.creative({ ...label('Scooters'), sizes: ['728x90', '300x250'] })
    const other = await desk.creative(label('scooters'))
    const tall = await desk.creative({ sizes: ['160x600'] })
    await desk.place(top, tall, { position: 1 })
    const first = await desk.place(top, one, { position: 2 })
    await desk.place(bottom, other, { position: 1 })
    const free = await desk.place(bottom, tall, { position: 2 })
    expect(await shown(article.slug)).toEqual({ 'slot-1': [first.id], 'slot-2': [free.id] })
  })

  it('come and go by their dates, on cached pages too, and each time the public is told once', async () => {
    const { desk, shown, setClock, get, http } = await startDesk({ clock: noon })
    const article = await desk.article()
    const [slot, creative] = [await desk.slot(), await desk.creative()]
    const dates = { startsAt: at(noon + hour), endsAt: at(noon + 2 * hour) }
    const { id } = await desk.place(slot, creative, dates)
    const never = await desk.place(slot, creative, { startsAt: at(noon - 2 * hour), endsAt: at(noon - hour) })
    const told = async () =>
      (await get('/v1/changes?since=0')).data
        .filter(({ type }: { type: string }) => /ed$/.test(type) && /opened|closed/.test(type))
        .map(({ type, subject }: { type: string; subject: { id: string } }) => [type, subject.id])
    const later = async (ms: number, expected: unknown[]) => {
      setClock(noon + ms)
      await expect.poll(told, { timeout: 5_000, interval: 20 }).toEqual(expected)
    }
    expect(await shown(article.slug)).toEqual({})
    setClock(noon + hour - 1)
    expect(await shown(article.slug)).toEqual({})
    setClock(noon + hour)
    expect(await shown(article.slug)).toEqual({ 'slot-1': [id] })
    await later(hour, [['ad-placement.opened', id]])
    setClock(noon + 2 * hour - 1)
    expect(await shown(article.slug)).toEqual({ 'slot-1': [id] })
    setClock(noon + 2 * hour)
    expect(await shown(article.slug)).toEqual({})
    await later(2 * hour, [
      ['ad-placement.opened', id],
      ['ad-placement.closed', id],
    ])
    const events = await http
      .get(`${manage}/events?type=ad-placement.opened,ad-placement.closed`)
      .set(bearer())
    expect(events.body.data.map(({ details }: { details: object }) => details)).toEqual([
      { carriedOutBy: 'schedule' },
      { carriedOutBy: 'schedule' },
    ])
    expect(JSON.stringify(events.body)).not.toContain(never.id)
  })

  it('go and come again with the next request when they are paused', async () => {
    const { desk, shown, get, http, seq } = await startDesk()
    const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
    const [article, other] = [await desk.article(), await desk.article({ title: 'Other' })]
    const slot = await desk.slot({ maxPlacements: 2 })
    const own = await desk.place(slot, await desk.creative({ advertiserId: advertiser.id }), { position: 1 })
    const free = await desk.place(slot, await desk.creative(), { position: 2 })
    const both = { 'slot-1': [own.id, free.id] }
    expect(await shown(article.slug)).toEqual(both)

    expect(await desk.act(`/advertisers/${advertiser.id}/pause`)).toMatchObject({
      status: 'paused',
      version: 2,
    })
    const paused = await seq()
    expect(await desk.act(`/advertisers/${advertiser.id}/pause`)).toMatchObject({
      status: 'paused',
      version: 2,
    })
    expect(await seq()).toBe(paused)
    expect(await shown(article.slug)).toEqual({ 'slot-1': [free.id] })
    await desk.act(`/advertisers/${advertiser.id}/resume`)
    expect(await shown(article.slug)).toEqual(both)

    const answer = await http.post(`${manage}/articles/${article.id}/ads/pause`).set(bearer()).expect(200)
    expectDescribed('post', `${manage}/articles/{id}/ads/pause`, answer)
    expect(answer.body).toMatchObject({
      articleId: article.id,
      adsPaused: true,
      pausedBy: { name: 'ADMIN_TOKEN' },
    })
    expect(await desk.act(`/articles/${article.id}/ads/pause`)).toEqual(answer.body)
    expect(await shown(article.slug)).toEqual({})
    expect(await shown(other.slug)).toEqual(both)
    const listed = (await get('/v1/articles?include=ads&sort=title')).data
    expect(listed.map(({ ads }: { ads: unknown[] }) => ads.length)).toEqual([0, 1])
    expect((await get(`/v1/articles/${article.slug}`)).version).toBe(2)
    // Also when it is published again.
    await desk.patch(`/articles/${article.id}`, { subtitle: 'New' })
    await desk.act(`/articles/${article.id}/publish`)
    expect(await shown(article.slug)).toEqual({})
    expect(await desk.act(`/articles/${article.id}/ads/resume`)).toEqual({
      ...{ articleId: article.id, adsPaused: false, pausedAt: null, pausedBy: null },
    })
    expect(await shown(article.slug)).toEqual(both)

    await desk.patch(`/ad-placements/${own.id}`, { status: 'paused' })
    expect(await shown(article.slug)).toEqual({ 'slot-1': [free.id] })
  })

  it('are paused only of what was read, where that is said', async () => {
    const { desk, http, shown } = await startDesk()
    const article = await desk.article()
    const placement = await desk.place(await desk.slot(), await desk.creative())
    const { version } = (await http.get(`${manage}/articles/${article.id}`).set(bearer()).expect(200)).body
    for (const verb of ['pause', 'resume']) {
      const send = (tag: string) =>
        http.post(`${manage}/articles/${article.id}/ads/${verb}`).set(bearer()).set('if-match', tag)
      const stale = await send(`"${version - 1}"`).expect(412)
      expectDescribed('post', `${manage}/articles/{id}/ads/${verb}`, stale)
      expect(stale.body.currentVersion).toBe(version)
      await send(`"${version}"`).expect(200)
    }
    expect(await shown(article.slug)).toEqual({ 'slot-1': [placement.id] })
  })

  it('are in a list what they are alone, each time that they change', async () => {
    const { desk, get, http } = await startDesk()
    const [city, sport] = [await desk.section('City'), await desk.section('Sport')]
    const tag = await desk.make('/tags', { name: 'Transport' })
    const articles = [
      await desk.article({ title: 'A', sectionId: city.id }),
      await desk.article({ title: 'B', sectionId: sport.id, tagIds: [tag.id] }),
      await desk.article({ title: 'C', sectionId: city.id, tagIds: [tag.id] }),
      await desk.article({ title: 'D' }),
    ]
    const slot = await desk.slot({ maxPlacements: 5 })
    const creative = await desk.creative()
    const expectSame = async (counts: number[]) => {
      const listed: { slug: string; ads: Slot[] }[] = (
        await get('/v1/articles?include=ads&sort=title&fields=slug,ads')
      ).data
      expect(listed.map(({ ads }) => ads.flatMap(({ placements }) => placements).length)).toEqual(counts)
      for (const { slug, ads } of listed) expect(ads).toEqual((await get(`/v1/articles/${slug}/ads`)).data)
    }
    await expectSame([0, 0, 0, 0])
    const scopes = [
      { type: 'section', id: city.id },
      { type: 'tag', id: tag.id },
      { type: 'article', id: articles[3]?.id },
      { type: 'site' },
    ]
    const placed = []
    for (const scope of scopes) placed.push(await desk.place(slot, creative, { scope }))
    await expectSame([2, 2, 3, 2])
    await desk.patch(`/ad-placements/${placed[0]?.id}`, { scope: { type: 'section', id: sport.id } })
    await expectSame([1, 3, 2, 2])
    await http
      .delete(`${manage}/ad-placements/${placed[3]?.id}`)
      .set(bearer())
      .set('if-match', '*')
      .expect(204)
    await expectSame([0, 2, 1, 1])
    await desk.patch(`/ad-slots/${slot.id}`, { maxPlacements: 1 })
    await expectSame([0, 1, 1, 1])
  })
})

it('explains of each slot what is shown, and of all others why they are not', async () => {
  const { desk, get, http } = await startDesk({ clock: noon })
  const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
  const article = await desk.article({ body: [paragraph('One.')] })
  const elsewhere = await desk.section('Elsewhere')
  const slot = await desk.slot({ place: 'top', sizes: ['300x250'] })
  const empty = await desk.slot({ place: 'in-body', afterBlock: 2 })
  const creative = await desk.creative({ exclusionLabels: ['scooters'] })
  const reasons: Record<string, string | null> = {}
  const expectReason = async (reason: string | null, more: object = {}, own = creative, where = slot) => {
    reasons[(await desk.place(where, own, { position: 5, ...more })).id] = reason
  }
  await expectReason(null, { position: 1 })
  await expectReason('slot-full', {}, await desk.creative())
  await expectReason('paused', { status: 'paused' })
  await expectReason('advertiser-paused', {}, await desk.creative({ advertiserId: advertiser.id }))
  await expectReason('not-started', { startsAt: at(noon + hour) })
  await expectReason('ended', { startsAt: at(noon - 2 * hour), endsAt: at(noon) })
  await expectReason('no-common-size', {}, await desk.creative({ sizes: ['728x90'] }))
  await expectReason('slot-without-place', {}, creative, empty)
  await desk.place(slot, creative, { scope: { type: 'section', id: elsewhere.id } })
  await desk.place(slot, creative, { startsAt: at(0), endsAt: at(noon - 40 * 24 * hour) })
  const bottom = await desk.slot({ place: 'bottom' })
  await expectReason('competitor-shown', {}, creative, bottom)
  await desk.act(`/advertisers/${advertiser.id}/pause`)

  const path = `/v1/articles/${article.slug}/ads?explain=true`
  const answer = await http.get(path).expect(200)
  expectDescribed('get', '/v1/articles/{idOrSlug}/ads', answer)
  const { slots } = answer.body
  expect(slots.map(({ slot }: Slot) => slot)).toEqual([slot.key, empty.key, bottom.key])
  const candidates: { placementId: string; eligible: boolean; reason: string | null }[] = slots.flatMap(
    (one: { candidates: unknown[] }) => one.candidates,
  )
  expect(Object.fromEntries(candidates.map((one) => [one.placementId, one.reason]))).toEqual(reasons)
  const eligible = [null, 'slot-full', 'competitor-shown']
  expect(candidates.every((one) => one.eligible === eligible.includes(one.reason))).toBe(true)
  const winner = Object.keys(reasons)[0]
  expect(slots.map(({ chosen }: { chosen: string[] }) => chosen)).toEqual([[winner], [], []])
  expect(await get(`/v1/articles/${article.slug}/ads?explain=false`)).toHaveProperty('data')
  await http.get(`/v1/articles/${article.slug}/ads?explain=yes`).expect(400)
  await http.get('/v1/articles/nothing/ads?explain=true').expect(404)
})

it('gives a slot of a page that is no article what its section and its tags have', async () => {
  const { desk, http } = await startDesk()
  const city = await desk.section('City')
  const shownTag = await desk.make('/tags', { name: 'Shown' })
  const hiddenTag = await desk.make('/tags', { name: 'Hidden' })
  await desk.article({ tagIds: [shownTag.id] })
  const [slot, creative] = [await desk.slot({ key: 'top', maxPlacements: 5 }), await desk.creative()]
  const place = async (position: number, scope: object) =>
    (await desk.place(slot, creative, { position, scope })).id
  const site = await place(1, { type: 'site' })
  const ofCity = await place(2, { type: 'section', id: city.id })
  const ofTag = await place(3, { type: 'tag', id: shownTag.id })
  await place(4, { type: 'tag', id: hiddenTag.id })
  const ask = async (query: string) => {
    const answer = await http.get(`/v1/ad-slots/top/placements${query}`).expect(200)
    expectDescribed('get', '/v1/ad-slots/{key}/placements', answer)
    expect(answer.body).toMatchObject({ slot: 'top', label: 'Advertisement' })
    return answer.body.data.map(({ id }: { id: string }) => id)
  }
  expect(await ask('')).toEqual([site])
  expect(await ask('?section=city&tag=shown,hidden&language=en')).toEqual([site, ofCity, ofTag])
  expect(await ask('?tag=hidden&tag=shown&section=nowhere')).toEqual([site, ofTag])
  await http.get('/v1/ad-slots/nothing/placements').expect(404)
})

describe('decisions', () => {
  const path = '/v1/ads/decisions'

  it('choose by lot for several slots at once, and are not to be kept', async () => {
    const { desk, http } = await startDesk()
    const city = await desk.section('City')
    const article = await desk.article({ sectionId: city.id })
    const [one, two] = [await desk.slot({ key: 'one' }), await desk.slot({ key: 'two', maxPlacements: 2 })]
    const scope = { type: 'section', id: city.id }
    const competing = await desk.creative({ exclusionLabels: ['scooters'] })
    const ids = [
      await desk.place(one, competing, { scope }),
      await desk.place(one, competing, { scope, weight: 3 }),
    ]
    const other = await desk.place(two, await desk.creative(), { scope, position: 2 })
    const house = await desk.place(two, await desk.creative(), { priority: 'house' })
    await desk.place(two, competing, { scope })
    const seen = new Map<string, number>()
    for (let round = 0; round < 60; round += 1) {
      const body = { slots: ['two', 'one'], articleId: article.id, language: 'en' }
      const answer = await http.post(path).send(body).expect(200)
      expectDescribed('post', path, answer)
      expect(answer.headers['cache-control']).toBe('no-store')
      const [second, first]: Slot[] = answer.body.slots
      expect([second?.slot, first?.slot]).toEqual(['two', 'one'])
      expect(second?.placements.map(({ id }) => id)).toEqual([other.id, house.id])
      const [chosen] = first?.placements ?? []
      seen.set(chosen?.id ?? '', (seen.get(chosen?.id ?? '') ?? 0) + 1)
    }
    // Of sixty, one in four is none with a chance of 1 in 30 million.
    expect([...seen.keys()].sort()).toEqual(ids.map(({ id }) => id).sort())
    const bySection = await http
      .post(path)
      .send({ slots: ['two'], section: 'city' })
      .expect(200)
    expect(bySection.body.slots[0].placements).toHaveLength(2)
    const bare = await http
      .post(path)
      .send({ slots: ['one', 'two'] })
      .expect(200)
    expect(bare.body.slots.map(({ placements }: Slot) => placements.length)).toEqual([0, 1])
  })

  it('give the tokens that the list of the article gives, and follow every change at once', async () => {
    const { desk, http, get, setClock } = await startDesk({ clock: noon })
    const article = await desk.article()
    const slot = await desk.slot({ key: 'one' })
    const placement = await desk.place(slot, await desk.creative(), { endsAt: at(noon + 36 * hour) })
    const decide = async () =>
      (
        await http
          .post(path)
          .send({ slots: ['one'], articleId: article.id })
          .expect(200)
      ).body.slots[0].placements
    const listed = async () => (await get(`/v1/articles/${article.slug}`)).ads[0].placements
    expect(await decide()).toEqual(await listed())
    setClock(noon + 12 * hour)
    expect(await decide()).toEqual(await listed())
    await desk.patch(`/creatives/${placement.creativeId}`, { title: 'Another' })
    expect((await decide())[0].creative.title).toBe('Another')
    await desk.act(`/articles/${article.id}/ads/pause`)
    expect(await decide()).toEqual([])
    await desk.act(`/articles/${article.id}/ads/resume`)
    expect(await decide()).toHaveLength(1)
    setClock(noon + 36 * hour)
    expect(await decide()).toEqual([])
  })

  it('name what they cannot choose for', async () => {
    const { desk, http } = await startDesk()
    const draft = await desk.make('/articles', { title: 'Draft' })
    await desk.slot({ key: 'one' })
    const faults = async (body: object) => {
      const answer = await http.post(path).send(body).expect(422)
      expectDescribed('post', path, answer)
      return answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)
    }
    expect(await faults({ slots: ['nothing', 'one'] })).toEqual(['/slots/0'])
    expect(await faults({ slots: ['one'], articleId: draft.id })).toEqual(['/articleId'])
    expect(await faults({ slots: ['one', 'nothing'], articleId: draft.id })).toEqual([
      '/articleId',
      '/slots/1',
    ])
    expect(await faults({ slots: [] })).toEqual(['/slots'])
    expect(await faults({ slots: ['one', 'one'] })).toEqual(['/slots'])
    expect(await faults({ slots: ['one'], userId: 7 })).toEqual(['/userId'])
    await http.get(path).expect(405)
    await http.post(path).set('content-type', 'text/plain').send('{"slots":["one"]}').expect(415)
  })
})

describe('the document of an ad', () => {
  it('runs nothing, and marks its links as paid for', async () => {
    const { desk, http } = await startDesk()
    const slot = await desk.slot()
    const html =
      '<p>{{env}}<script>top.location = "https://evil.example"</script><a href="https://a.example" rel="x">A</a>'
    const placement = await desk.place(slot, await desk.creative({ format: 'html', html }))
    const path = `/v1/ads/${placement.id}/creative`
    const answer = await http.get(path).expect(200)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(Date.parse(answer.headers['last-modified'] ?? '')).not.toBeNaN()
    const policy = answer.headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/^default-src 'none'; .*; sandbox allow-popups allow-popups-to-escape-sandbox$/)
    expect(policy).not.toMatch(/allow-(scripts|same-origin|forms|top-navigation)|script-src/)
    expect(answer.text).toContain('<p>{{env}}<script>')
    expect(answer.text).toContain(
      '<a href="https://a.example" rel="sponsored noopener" target="_blank">A</a>',
    )
    await http
      .get(path)
      .set('if-none-match', answer.headers.etag ?? '')
      .expect(304)
    await http.head(path).expect(200)

    const title = 'A & <b> "X"'
    const text = await desk.place(
      slot,
      await desk.creative({ title, clickUrl: 'https://a.example/?a=1&b="' }),
    )
    expect((await http.get(`/v1/ads/${text.id}/creative`).expect(200)).text).toContain(
      '<a href="https://a.example/?a=1&amp;b=%22" rel="sponsored noopener" target="_blank">A &amp; &lt;b&gt; &quot;X&quot;</a>',
    )
  })

  it('marks links in templates too, which may be shadow roots, however deep they are', async () => {
    const { desk, http } = await startDesk()
    const slot = await desk.slot()
    const documentOf = async (html: string) => {
      const placement = await desk.place(slot, await desk.creative({ format: 'html', html }))
      return (await http.get(`/v1/ads/${placement.id}/creative`).expect(200)).text
    }
    const link = '<a href="https://a.example" target="_top">A</a>'
    expect(await documentOf(`<div><template shadowrootmode="open">${link}</template></div>`)).toContain(
      '<template shadowrootmode="open"><a href="https://a.example" rel="sponsored noopener" target="_blank">',
    )
    expect(await documentOf('<template>'.repeat(6_000) + link)).toContain('rel="sponsored noopener"')
  })

  it('is there as long as its placement may be shown to readers', async () => {
    const { desk, http, setClock } = await startDesk({ clock: noon })
    const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
    const draft = await desk.make('/articles', { title: 'Draft' })
    const [slot, creative] = [await desk.slot(), await desk.creative({ advertiserId: advertiser.id })]
    const dates = { startsAt: at(noon + hour), endsAt: at(noon + 2 * hour) }
    const { id } = await desk.place(slot, creative, dates)
    const hidden = await desk.place(slot, creative, { scope: { type: 'article', id: draft.id } })
    const status = async (placement: string) => (await http.get(`/v1/ads/${placement}/creative`)).status
    expect([await status(id), await status(hidden.id)]).toEqual([404, 404])
    setClock(noon + hour)
    expect(await status(id)).toBe(200)
    await desk.act(`/advertisers/${advertiser.id}/pause`)
    expect(await status(id)).toBe(404)
    await desk.act(`/advertisers/${advertiser.id}/resume`)
    await desk.patch(`/ad-placements/${id}`, { status: 'paused' })
    expect(await status(id)).toBe(404)
    await desk.patch(`/ad-placements/${id}`, { status: 'active' })
    setClock(noon + 2 * hour)
    expect(await status(id)).toBe(404)
    await desk.act(`/articles/${draft.id}/publish`)
    expect(await status(hidden.id)).toBe(200)
    await desk.act(`/articles/${draft.id}/ads/pause`)
    expect(await status(hidden.id)).toBe(404)
    await desk.act(`/articles/${draft.id}/ads/resume`)
    expect(await status(hidden.id)).toBe(200)
    for (const flags of [{ adsAllowed: false }, { adsAllowed: true, sensitive: true }]) {
      await desk.patch(`/articles/${draft.id}`, { flags })
      await desk.act(`/articles/${draft.id}/publish`)
      expect(await status(hidden.id)).toBe(404)
    }
    await desk.patch(`/ad-placements/${hidden.id}`, { priority: 'house' })
    expect(await status(hidden.id)).toBe(200)
  })
})

it('what readers cannot see leaves no public trace', async () => {
  const { desk, http, seq } = await startDesk()
  const draft = await desk.make('/articles', { title: 'Draft' })
  const tag = await desk.make('/tags', { name: 'Hidden' })
  const slot = await desk.slot()
  const before = await seq()
  const advertiser = await desk.make('/advertisers', { name: 'Scooters & Co' })
  const creative = await desk.creative({ advertiserId: advertiser.id })
  const onDraft = await desk.place(slot, creative, { scope: { type: 'article', id: draft.id } })
  const onTag = await desk.place(slot, creative, { scope: { type: 'tag', id: tag.id } })
  await desk.patch(`/ad-placements/${onDraft.id}`, { weight: 2 })
  await desk.patch(`/creatives/${creative.id}`, { title: 'Other' })
  await desk.patch(`/ad-slots/${slot.id}`, { name: 'Other' })
  for (const verb of ['pause', 'resume']) {
    await desk.act(`/advertisers/${advertiser.id}/${verb}`)
    await desk.act(`/articles/${draft.id}/ads/${verb}`)
  }
  for (const { id } of [onDraft, onTag])
    await http.delete(`${manage}/ad-placements/${id}`).set(bearer()).set('if-match', '*').expect(204)
  expect(await seq()).toBe(before)
})

it('previews what an article or a page shows at an instant, and why', async () => {
  const { desk, http, token } = await startDesk({ clock: noon })
  const city = await desk.section('City')
  const draft = await desk.make('/articles', { title: 'Draft', sectionId: city.id })
  const article = await desk.article({ sectionId: city.id })
  const [slot, creative] = [await desk.slot({ key: 'top', place: 'top' }), await desk.creative()]
  await desk.slot({ key: 'side', place: 'sidebar' })
  const scope = { type: 'section', id: city.id }
  const dates = { startsAt: at(noon + hour), endsAt: at(noon + 2 * hour) }
  const { id } = await desk.place(slot, creative, { scope, ...dates })
  const ads = bearer(await token('ads'))
  const ask = async (path: string) =>
    (
      await http
        .get(manage + path)
        .set(ads)
        .expect(200)
    ).body
  const inTime = at(noon + hour)
  for (const path of [`/articles/${draft.id}/ads`, `/articles/${article.id}/ads`, '/ads?section=city']) {
    const joint = path.includes('?') ? '&' : '?'
    const now = await http
      .get(manage + path)
      .set(ads)
      .expect(200)
    expectDescribed('get', manage + path.replace(/[0-9a-f-]{36}/, '{id}').replace(/\?.*/, ''), now)
    expect(now.body).toMatchObject({
      ...{ at: at(noon), adsPaused: false, ads: [] },
      slots: [
        {
          slot: 'top',
          chosen: [],
          candidates: [{ placementId: id, eligible: false, reason: 'not-started' }],
        },
        { slot: 'side', chosen: [], candidates: [] },
      ],
    })
    const then = await ask(`${path}${joint}at=${inTime}`)
    expect(then).toMatchObject({
      ...{ at: inTime, slots: [{ chosen: [id] }, { chosen: [] }] },
      ads: [
        {
          slot: 'top',
          label: 'Advertisement',
          placements: [{ id, creative: { title: 'Electric Scooter X' } }],
        },
      ],
    })
    expect(JSON.stringify(then)).not.toContain('token')
    const after = await ask(`${path}${joint}at=${at(noon + 2 * hour)}`)
    expect(after.slots[0].candidates[0].reason).toBe('ended')
  }
  for (const first of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
    expect((await ask(`/articles/${article.id}/ads?at=${first}`)).ads).toEqual([])
  expect((await ask('/ads?section=city&slot=side')).slots).toHaveLength(1)
  expect((await ask('/ads')).slots[0].candidates).toEqual([])
  await desk.act(`/articles/${draft.id}/ads/pause`)
  const paused = await ask(`/articles/${draft.id}/ads?at=${inTime}`)
  expect([paused.adsPaused, paused.slots[0].candidates[0].reason]).toEqual([true, 'article-ads-paused'])
  await http.get(`${manage}/articles/${article.id}/ads?at=noon`).set(ads).expect(400)
  await http.get(`${manage}/articles/018ced2a-4000-7000-8000-00000000abcd/ads`).set(ads).expect(404)
  await http
    .get(`${manage}/articles/${article.id}/ads`)
    .set(bearer(await token('editor')))
    .expect(403)
})
