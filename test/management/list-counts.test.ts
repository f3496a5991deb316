import { describe, expect, it } from 'vitest'
import { description, expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const manage = '/manage/v1'

/** Paths of the lists with pages of the management API, as the description names them. */
const lists = Object.entries(description.paths ?? {}).flatMap(([path, item]) => {
  const names = (item?.get?.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : ''))
  return path.startsWith(manage) && names.includes('cursor') ? [path] : []
})

describe('count=true', () => {
  it('adds the exact number of items to every list, whatever the page', async () => {
    const { http } = await startServer()
    const post = async (path: string, body?: object) =>
      (
        await http
          .post(manage + path)
          .set(bearer())
          .send(body)
      ).body
    const { id } = await post('/articles', { title: 'Target' })
    for (const title of ['One', 'Two']) {
      const source = await post('/articles', { title })
      await post(`/articles/${source.id}/related`, { articleId: id })
      await post(`/articles/${source.id}/publish`, {
        ...(title === 'One' ? { at: '2999-01-01T00:00:00Z' } : {}),
        unpublishAt: '2999-02-01T00:00:00Z',
      })
      await post('/collections', { key: title.toLowerCase(), name: title })
      await post('/tokens', { name: title, role: 'viewer' })
      for (const kind of ['tags', 'sections', 'authors']) await post(`/${kind}`, { name: title })
      const slot = await post('/ad-slots', { key: title.toLowerCase(), name: title, place: 'top' })
      const advertiser = await post('/advertisers', { name: title })
      if (title === 'Two') await post(`/advertisers/${advertiser.id}/pause`)
      const creative = await post('/creatives', { title, format: 'text', advertiserId: advertiser.id })
      const priority = title === 'One' ? 'standard' : 'house'
      await post('/ad-placements', {
        ...{ slotId: slot.id, creativeId: creative.id, scope: { type: 'site' }, priority },
      })
      await post('/sellers', {
        ...{ kind: 'account', domain: `${title}.example`, accountId: '1', relationship: 'direct' },
        files: [title === 'One' ? 'ads.txt' : 'app-ads.txt'],
      })
    }
    const tokens = await http.get(`${manage}/tokens`).set(bearer()).expect(200)
    await http
      .delete(`${manage}/tokens/${tokens.body.data[0].id}`)
      .set(bearer())
      .set('if-match', '*')
      .expect(204)
    await http.patch(`${manage}/articles/${id}`).set(bearer()).set('if-match', '*').send({}).expect(200)

    const totals: Record<string, Record<string, number>> = {
      '/ad-placements': { '': 2, 'priority=house': 1, 'status=paused': 0, 'scope=site': 2 },
      '/ad-slots': { '': 2 },
      '/advertisers': { '': 2, 'status=paused': 1 },
      '/articles': { '': 3, 'q=one': 1 },
      '/articles/{id}/backlinks': { '': 2 },
      '/articles/{id}/revisions': { '': 2 },
      '/authors': { '': 2 },
      '/collections': { '': 2 },
      '/creatives': { '': 2, 'format=html': 0 },
      '/events': { '': 30, 'type=tag.created': 2 },
      '/schedule': {
        '': 3,
        'action=publish': 1,
        'to=2999-01-15T00:00:00Z': 1,
        'from=2999-01-15T00:00:00Z': 2,
        'action=publish&from=2999-01-15T00:00:00Z': 0,
      },
      '/sections': { '': 2 },
      '/sellers': { '': 2, 'file=ads.txt': 1, 'kind=variable': 0, 'domain=two.example': 1 },
      '/tags': { '': 2 },
      '/tokens': { '': 2, 'status=active': 1, 'status=revoked': 1, 'status=expired': 0 },
    }
    expect(lists.map((path) => path.slice(manage.length)).sort()).toEqual(Object.keys(totals))
    for (const [path, byFilter] of Object.entries(totals))
      for (const [filter, total] of Object.entries(byFilter)) {
        const url = `${manage}${path.replace('{id}', id)}?limit=1${filter && `&${filter}`}`
        const answer = await http.get(`${url}&count=true`).set(bearer())
        expectDescribed('get', manage + path, answer)
        expect([answer.status, answer.body.page?.total], url).toEqual([200, total])
        const { body } = await http.get(url).set(bearer()).expect(200)
        expect(body.page, url).not.toHaveProperty('total')
      }
  })
})
