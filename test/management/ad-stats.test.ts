import { describe, expect, it } from 'vitest'
import { adOnArticle, expectTotal, tell, tokenOn } from '../delivery/ad-readers.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const noon = Date.UTC(2026, 0, 5, 12)

/** Two ads on an article, one of them on a second day too. */
async function counted(server: TestServer) {
  const { token, desk, slot, placement, article } = await adOnArticle(server)
  const formula = await desk.creative({ title: '=HYPERLINK("https://evil.example")', format: 'text' })
  const other = await desk.place(slot, formula)
  const otherToken = await tokenOn(server, article.slug, other.id)
  await tell(server, [
    { token, type: 'impression' },
    { token: otherToken, type: 'impression' },
    { token: otherToken, type: 'click' },
  ])
  await expectTotal(server, { impressions: 2, clicks: 1 })
  server.setClock(noon + 24 * 3_600_000)
  await tell(server, [
    { token, type: 'impression' },
    { token, type: 'viewable' },
  ])
  await expectTotal(server, { impressions: 3, viewable: 1, clicks: 1 })
  return { slot, placement, other, article }
}

describe('GET /manage/v1/stats/ads', () => {
  it('gives counts by what is asked for, with their total', async () => {
    const server = await startServer({ clock: noon })
    const { slot, placement, other, article } = await counted(server)
    const read = async (query: string) =>
      (await server.http.get(`/manage/v1/stats/ads${query}`).set(bearer()).expect(200)).body
    expect(await read('')).toEqual({
      data: [
        {
          ...{ placementId: placement.id, creativeTitle: 'Electric Scooter X' },
          ...{ impressions: 2, viewable: 1, clicks: 0, ctr: 0 },
        },
        {
          ...{ placementId: other.id, creativeTitle: '=HYPERLINK("https://evil.example")' },
          ...{ impressions: 1, viewable: 0, clicks: 1, ctr: 1 },
        },
      ],
      total: { impressions: 3, viewable: 1, clicks: 1, ctr: 0.333333 },
    })
    expect((await read('?by=slot,day')).data).toEqual([
      {
        ...{ day: '2026-01-05', slotId: slot.id, slotKey: slot.key },
        ...{ impressions: 2, viewable: 0, clicks: 1, ctr: 0.5 },
      },
      {
        ...{ day: '2026-01-06', slotId: slot.id, slotKey: slot.key },
        ...{ impressions: 1, viewable: 1, clicks: 0, ctr: 0 },
      },
    ])
    expect((await read(`?by=article&placement=${other.id}`)).data).toEqual([
      {
        ...{ articleId: article.id, articleTitle: 'Harbour bridge' },
        ...{ impressions: 1, viewable: 0, clicks: 1, ctr: 1 },
      },
    ])
    expect((await read('?from=2026-01-06&to=2026-01-06')).total).toMatchObject({ impressions: 1 })
    expect((await read('?to=2026-01-05')).total).toMatchObject({ impressions: 2, clicks: 1 })
    expect(await read('?from=2027-01-01')).toEqual({
      data: [],
      total: { impressions: 0, viewable: 0, clicks: 0, ctr: null },
    })
  })

  it('is a table for spreadsheets, in which no text is a formula', async () => {
    const server = await startServer({ clock: noon })
    const { placement, other } = await counted(server)
    const { headers, text } = await server.http
      .get('/manage/v1/stats/ads')
      .set(bearer())
      .set('accept', 'text/csv')
      .expect(200)
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(headers['content-disposition']).toBe('attachment; filename="ads.csv"')
    expect(text.split('\r\n')).toEqual([
      '"placementId","creativeTitle","impressions","viewable","clicks","ctr"',
      `"${placement.id}","Electric Scooter X",2,1,0,0`,
      `"${other.id}","'=HYPERLINK(""https://evil.example"")",1,0,1,1`,
      '',
    ])
  })

  it('names every fault of what is asked', async () => {
    const { http } = await startServer()
    const faults = async (query: string) => {
      const { body } = await http.get(`/manage/v1/stats/ads?${query}`).set(bearer()).expect(400)
      return body.errors.map(({ parameter, code }: Record<string, string>) => `${parameter} ${code}`)
    }
    expect(await faults('from=2026-02-30&to=x')).toEqual(['from invalid-day', 'to invalid-day'])
    expect(await faults('from=2026-01-02&to=2026-01-01')).toEqual(['to invalid-range'])
    expect(await faults('by=hour')).toHaveLength(1)
    expect(await faults('placement=x')).toEqual(['placement invalid-value'])
    await http.get('/manage/v1/stats/ads').set(bearer()).set('accept', 'image/png').expect(406)
    await http.get('/manage/v1/stats/ads').expect(401)
  })
})
