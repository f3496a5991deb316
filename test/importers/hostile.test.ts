import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Read } from '../../src/importers/item.ts'
import { readInThread } from '../../src/importers/reading.ts'
import { payloads } from '../body/payloads.ts'
import { temporaryRoot } from '../support/temporary-root.ts'

const folder = mkdtempSync(join(temporaryRoot, 'import-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Reads files as an import does, in a thread; answers what was read of each. */
async function importing(files: Record<string, string | Uint8Array>, itemLimitMs?: number) {
  const sources = Object.entries(files).map(([name, content]) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return { path, name, baseUrl: null }
  })
  const reads: Record<string, Read[]> = {}
  const options = { format: undefined, ...(itemLimitMs === undefined ? {} : { itemLimitMs }) }
  for await (const batch of readInThread(sources, options))
    for (const { source, read } of batch.reads) {
      reads[source.name] ??= []
      if (read) reads[source.name]?.push(read)
    }
  return reads
}

const rss = (items: string, before = '') =>
  `<?xml version="1.0"?>${before}<rss version="2.0"><channel><title>T</title><link>https://a.example/</link>${items}</channel></rss>`
const wxr = (items: string, before = '') =>
  `<?xml version="1.0"?>${before}<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:base_site_url>https://a.example</wp:base_site_url>${items}</channel></rss>`
const post = (id: number, content: string) =>
  `<item><title>Post ${id}</title><content:encoded><![CDATA[${content}]]></content:encoded><wp:post_id>${id}</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>`
const bomb = `<!DOCTYPE x [${Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')}<!ENTITY l0 "lol">]>`

describe('hostile sources', () => {
  it('fail by themselves, with a reason, and the others are read', async () => {
    const failures: Record<string, [content: string | Uint8Array, reason: RegExp]> = {
      'bomb.xml': [rss('<item><title>&l10;</title></item>', bomb), /DOCTYPE/],
      'external.xml': [
        rss('<item><title>&x;</title></item>', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        /DOCTYPE/,
      ],
      'parameter.xml': [
        rss('', '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd">%x;]>'),
        /DOCTYPE/,
      ],
      'wxr-bomb.xml': [wxr(post(1, 'x'), bomb), /DOCTYPE/],
      'reference.xml': [
        wxr('<item><title>&#9999999;</title><wp:post_id>1</wp:post_id></item>'),
        /not well-formed/,
      ],
      'deep.xml': [rss(`<item>${'<a>'.repeat(100_000)}</item>`), /nested deeper/],
      'deep.html': [`<html><body>${'<div>'.repeat(90_000)}text`, /nested deeper/],
      'many.html': [`<html><body>${'<b>'.repeat(200_000)}text`, /over 100000 elements/],
      'deep.json': [`{"uri":"x","a":${'['.repeat(200_000)}`, /JSON/],
      'deep.ndjson': [`{"type":"article","custom":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}\n`, /./],
      'code.md': ['---\na: !!js/function "function () {}"\n---\ntext', /front matter/],
      'anchors.md': [`---\na: &a [x]\nb: [${'*a,'.repeat(5_000)}*a]\n---\ntext`, /aliases/],
      'flow.md': [`---\n${'{'.repeat(190)}\n---\ntext`, /front matter/],
      'utf8.md': [Uint8Array.from([0x23, 0x20, 0xc0, 0xaf, 0xff]), /not valid UTF-8/],
      'utf16.ndjson': [Uint8Array.from([0xff, 0xfe, 0x7b, 0x00]), /./],
      'nul.html': ['<html><body><p>a\0b', /NUL/],
      'binary.bin': [Uint8Array.from({ length: 2_000 }, (_, n) => (n * 7) % 256), /./],
      'array.json': ['[[[[1]]]]', /format|uri/],
      'null.ndjson': ['null\n{"type":"article"}\n', /type/],
    }
    const files = Object.fromEntries(Object.entries(failures).map(([name, [content]]) => [name, content]))
    const start = performance.now()
    const reads = await importing({ ...files, 'zz.md': '# Still here\n\ntext' })
    for (const [name, [, reason]] of Object.entries(failures)) {
      expect
        .soft(
          reads[name]?.map(({ kind }) => kind),
          name,
        )
        .toContain('failed')
      expect
        .soft(
          reads[name]?.every(({ kind }) => kind === 'failed'),
          name,
        )
        .toBe(true)
      expect.soft(JSON.stringify(reads[name]), name).toMatch(reason)
    }
    expect(reads['zz.md']).toMatchObject([{ kind: 'item', item: { title: 'Still here' } }])
    expect(performance.now() - start).toBeLessThan(20_000)
  }, 60_000)

  it('lose what could run something, whatever way it comes', async () => {
    const html = payloads.join('\n<p>between</p>\n')
    const cdata = html.replaceAll(']]>', '')
    const reads = await importing({
      'a.md': `# Title\n\n${html}`,
      'b.xml': rss(`<item><title>T</title><description><![CDATA[${cdata}]]></description></item>`),
      'c.xml': wxr(post(1, cdata)),
      'd.json': JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'T',
        items: [{ id: '1', content_html: html }],
      }),
      'e.json': JSON.stringify({
        db: [{ data: { posts: [{ id: 1, title: 'T', html, status: 'published' }] } }],
      }),
      'f.json': JSON.stringify({ uri: 'urn:x', headline: 'T', body_xhtml: html }),
      'g.html': `<html><body><article><h1>Title</h1><p>${'A long text of an article. '.repeat(60)}</p>${html}</article></body></html>`,
      'h.ndjson': `${JSON.stringify({ type: 'article', title: 'T', body: { format: 'html', content: html } })}\n`,
    })
    expect(Object.keys(reads)).toHaveLength(8)
    for (const [name, [read]] of Object.entries(reads)) {
      expect.soft(read?.kind, `${name} ${JSON.stringify(read).slice(0, 300)}`).toBe('item')
      if (read?.kind !== 'item') continue
      const addresses = [...JSON.stringify(read.item.body).matchAll(/"(?:href|src|url)":"([^"]*)"/g)].map(
        ([, url = '']) => url,
      )
      for (const url of addresses) expect.soft(url, name).toMatch(/^(?:https?:\/\/|mailto:|tel:|[/#?])/)
      const types = new Set(read.item.body.map((block) => block._type))
      for (const type of types)
        expect.soft(['block', 'image', 'code', 'embed', 'table', 'horizontal-rule']).toContain(type)
    }
  }, 60_000)

  it('that take too long are given up, and the next source is read on', async () => {
    const archive = wxr(`${post(1, 'One.')}${post(2, 'Two.')}`)
    // Before the thread has begun to read, the time is over.
    const reads = await importing({ 'one.xml': archive, 'two.xml': archive }, 1)
    for (const name of ['one.xml', 'two.xml'])
      expect(reads[name]).toEqual([
        { kind: 'failed', place: 'item 1', reason: 'it takes over 0.001 seconds to read' },
        { kind: 'failed', place: 'after item 1', reason: 'it takes over 0.001 seconds to read' },
      ])
  })

  it('with a broken item have the others, and an item without an end is one', async () => {
    const broken = '<item><title>Broken</wrong></item>'
    const reads = await importing({
      'a.xml': wxr(`${post(1, 'One </item> <item> in CDATA.')}${broken}${post(2, 'Two.')}`),
      'b.xml': wxr(post(1, 'One.')).replace(/<\/item>.*/s, ''),
    })
    expect(reads['a.xml']?.map(({ kind }) => kind)).toEqual(['item', 'failed', 'item'])
    expect(reads['b.xml']).toMatchObject([{ kind: 'failed', reason: 'the file ends within the item' }])
  })

  it('of JSON are cut into rows and lines of which each fails by itself', async () => {
    const text = `<p>${'\\\\"quoted\\" [{,}] '.repeat(300)}</p>`
    const row = (id: number) => ({ id: `p${id}`, title: `Post ${id}`, html: `${text}${'\\'.repeat(id)}` })
    const posts = Array.from({ length: 100 }, (_, id) => JSON.stringify(row(id)))
    posts[50] = '{"id":"broken",,}'
    const tables = {
      posts_tags: [{ post_id: 'p1', tag_id: 't', sort_order: 0 }],
      tags: [{ id: 't', name: 'T' }],
    }
    const ghost = `{"db":[{"data":{"other":[[{}]],"posts":[${posts.join(' ,\n')}],${JSON.stringify(tables).slice(1)}}]}`
    const good = '{"type":"article","title":"Good"}'
    const reads = await importing({
      'a.json': ghost,
      'b.json': ghost.slice(0, -100),
      'c.ndjson': `{"type":"article","custom":{"a":[${'[],'.repeat(500_000)}1]}}\n${good}\n`,
    })
    expect(reads['a.json']?.map(({ kind }) => kind)).toEqual(
      posts.map((_, id) => (id === 50 ? 'failed' : 'item')),
    )
    expect(reads['a.json']?.[1]).toMatchObject({ item: { tags: [{ name: 'T' }] } })
    expect(JSON.stringify(reads['a.json']?.[99])).toContain(JSON.stringify('\\'.repeat(99)).slice(1, -1))
    expect(reads['b.json']).toMatchObject([
      { kind: 'failed', reason: expect.stringContaining('ends before it does') },
    ])
    expect(reads['c.ndjson']).toMatchObject([
      { kind: 'failed', place: 'line 1', reason: expect.stringContaining('over 1000000 values') },
      { kind: 'item', item: { title: 'Good' } },
    ])
  })

  it('of great size are read in bounded memory', async () => {
    const path = join(folder, 'large.xml')
    const file = createWriteStream(path)
    const text = 'Text of a long article in an archive. '.repeat(500)
    file.write(wxr('').replace('</channel></rss>', ''))
    for (let id = 1; id <= 1_000; id += 1) if (!file.write(post(id, text))) await once(file, 'drain')
    file.end('</channel></rss>')
    await once(file, 'finish')
    let count = 0
    const before = process.memoryUsage().rss
    let most = 0
    for await (const { reads } of readInThread([{ path, name: path, baseUrl: null }], {
      format: undefined,
    })) {
      count += reads.filter(({ read }) => read?.kind === 'item').length
      most = Math.max(most, process.memoryUsage().rss - before)
    }
    expect(count).toBe(1_000)
    expect(most / 1e6).toBeLessThan(250)
  }, 60_000)
})
