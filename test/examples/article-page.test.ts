import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bearer } from '../support/server.ts'
import { openNewsroom } from './newsroom.ts'
import { startSite } from './site.ts'

const slug = 'anthony-blinken-the-return-and-israel'

describe('the example page', () => {
  it('has the status and the caching that the API says: found, moved, gone, unknown', async () => {
    const { site, server, publish, act, change } = await openNewsroom()
    const read = async (path: string) => {
      const answer = await fetch(site + path, { redirect: 'manual' })
      return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() }
    }
    const moved = await publish({ title: '新聞' })
    const killed = await publish({ title: 'Killed' })
    const unpublished = await publish({ title: 'Unpublished' })
    await change(moved, { slug: '新聞-2' })
    await act(killed, 'kill', { reason: 'The agency <withdrew> it.' })
    await act(unpublished, 'unpublish')
    await server.http.post('/manage/v1/articles').set(bearer()).send({ title: 'Draft' }).expect(201)

    const to = `/${encodeURIComponent('新聞-2')}`
    const from = `/${encodeURIComponent('新聞')}`
    expect(await read(`${from}?from=mail`)).toMatchObject({ status: 308, location: `${to}?from=mail` })
    expect(await read(to)).toMatchObject({ status: 200 })
    const gone = await read('/killed')
    expect(gone.status).toBe(410)
    expect(gone.text).toContain('<h1>This article is no longer available</h1>')
    expect(gone.text).toContain('The agency &lt;withdrew&gt; it.')
    expect(await read('/unpublished')).toMatchObject({
      status: 410,
      text: expect.stringContaining('no longer'),
    })
    for (const path of ['/draft', '/a/b', '//evil.example', '/%zz', '/..%2fmanage', `/${'x'.repeat(5000)}`]) {
      const unknown = await read(path)
      expect(unknown.status, path).toBe(404)
      expect(unknown.text).toContain('There is no such page')
    }

    const found = await fetch(site + to)
    expect(found.headers.get('cache-control')).toMatch(/^public, max-age=/)
    expect(found.headers.get('content-security-policy')).toMatch(/^default-src 'none'; (?!.*script-src)/)
    expect(found.headers.get('x-content-type-options')).toBe('nosniff')
    const head = await fetch(site + to, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const post = await fetch(site + to, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('asks to come back later when the API cannot answer', async () => {
    const failing = createServer((_request, response) => response.writeHead(503).end())
    onTestFinished(() => void failing.close())
    await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve))
    const { port } = failing.address() as AddressInfo
    const site = await startSite(`http://127.0.0.1:${port}/`)
    const read = async () => {
      const answer = await fetch(`${site}/${slug}`)
      return [answer.status, answer.headers.get('retry-after'), answer.headers.get('cache-control')]
    }
    expect(await read()).toEqual([503, '10', null])
    await new Promise((resolve) => failing.close(resolve))
    expect(await read()).toEqual([503, '10', null])
  })
})
