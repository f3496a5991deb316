import { describe, expect, it } from 'vitest'
import { payloads } from '../body/payloads.ts'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const megabyte = 1024 * 1024

async function open() {
  const server = await startServer()
  const { http } = server
  const make = (body: unknown) => http.post(base).set(bearer()).send({ title: 'Bridge', body })
  const patch = (id: string, body: unknown) =>
    http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*').send({ body })
  const count = async () => (await http.get(base).set(bearer()).expect(200)).body.data.length
  return { ...server, make, patch, count }
}

const keysOf = (article: { body: { _key: string }[] }) => article.body.map((block) => block._key)
const pointers = (answer: { body: { errors: { pointer: string }[] } }) =>
  answer.body.errors.map((error) => error.pointer).toSorted()

describe('a body in another format', () => {
  it('is stored as Portable Text, the same as if that had been sent', async () => {
    const { http, make } = await open()
    const { body: article } = await make({
      format: 'markdown',
      content: '## Open again\n\nTraffic is **moving**.\n\n- one\n- two',
    }).expect(201)
    expect(article.body).toMatchObject([
      { _type: 'block', style: 'h2', children: [{ text: 'Open again', marks: [] }], markDefs: [] },
      {
        _type: 'block',
        style: 'normal',
        children: [{ text: 'Traffic is ' }, { text: 'moving', marks: ['strong'] }, { text: '.' }],
      },
      { listItem: 'bullet', level: 1 },
      { listItem: 'bullet', level: 1 },
    ])
    const read = await http.get(`${base}/${article.id}`).set(bearer()).expect(200)
    expect(read.body.body).toEqual(article.body)
    const withoutKeys = article.body.map(
      ({ _key, children, ...block }: { _key: string; children: object[] }) => ({
        ...block,
        children: children.map((span) => ({ ...span, _key: undefined })),
      }),
    )
    const other = await make(withoutKeys).expect(201)
    expect(other.body.body).toEqual(article.body)
  })

  it('may be HTML or plain text, and is delivered in every form', async () => {
    const { http, make } = await open()
    const html = '<h2>A</h2><p>b <a href="https://a.example/">c</a></p><table><tr><th>d</table>'
    const { body: article } = await make({ format: 'html', content: html }).expect(201)
    await http.post(`${base}/${article.id}/publish`).set(bearer()).expect(200)
    const delivered = await http.get(`/v1/articles/${article.id}?body=markdown`).expect(200)
    expect(delivered.body.body).toBe('## A\n\nb [c](https://a.example/)\n\n| d |\n| --- |')
    const text = await make({ format: 'text', content: 'one\ntwo\n\n<b>three</b>' }).expect(201)
    expect(text.body.body).toMatchObject([
      { children: [{ text: 'one\ntwo' }] },
      { children: [{ text: '<b>three</b>' }] },
    ])
  })

  it('may be empty, and null still clears', async () => {
    const { make, patch } = await open()
    const { body: article } = await make({ format: 'markdown', content: '' }).expect(201)
    expect(article.body).toEqual([])
    await patch(article.id, { format: 'text', content: 'x' }).expect(200)
    expect((await patch(article.id, null).expect(200)).body.body).toEqual([])
  })
})

describe('the keys of blocks', () => {
  const paragraphs = [
    '# The bridge is open',
    'Traffic is moving again across the harbour bridge, the city said on **Monday**.',
    'Engineers had closed all lanes after a [crack](https://a.example/crack) was found.',
    '| Year | Cars |\n|---|---|\n| 2023 | 41,200 |',
    '- Cyclists wait until spring\n- Trucks take the tunnel',
  ]
  const markdown = (parts: readonly string[]) => ({ format: 'markdown', content: parts.join('\n\n') })

  it('stay when the same content is sent again, and nothing has changed then', async () => {
    const { http, make, patch } = await open()
    const { body: first } = await make(markdown(paragraphs)).expect(201)
    await http.post(`${base}/${first.id}/publish`).set(bearer()).expect(200)
    const { body: second } = await patch(first.id, markdown(paragraphs)).expect(200)
    expect(second.body).toEqual(first.body)
    expect(second.hasUnpublishedChanges).toBe(false)
  })

  it('stay when one paragraph is edited, also its own', async () => {
    const { make, patch } = await open()
    const { body: first } = await make(markdown(paragraphs)).expect(201)
    const edited = paragraphs.with(1, paragraphs[1]?.replace('city', 'mayor') ?? '')
    const { body: second } = await patch(first.id, markdown(edited)).expect(200)
    expect(keysOf(second)).toEqual(keysOf(first))
    expect(second.body[1].children[0].text).toContain('the mayor said')
    const rewritten = edited.with(1, 'All of this was written anew by somebody else')
    const { body: third } = await patch(first.id, markdown(['New first', ...rewritten])).expect(200)
    expect(keysOf(third).slice(3)).toEqual(keysOf(first).slice(2))
    expect(keysOf(third)[1]).toBe(keysOf(first)[0])
    expect(keysOf(first)).not.toContain(keysOf(third)[2])
  })

  it('come back in HTML that was delivered with them, whatever was done to the text', async () => {
    const { http, make, patch } = await open()
    const { body: first } = await make(markdown(paragraphs)).expect(201)
    await http.post(`${base}/${first.id}/publish`).set(bearer()).expect(200)
    const { body: delivered } = await http.get(`/v1/articles/${first.id}?body=html`).expect(200)
    const same = await patch(first.id, { format: 'html', content: delivered.body }).expect(200)
    expect(same.body.body).toEqual(first.body)
    expect(same.body.hasUnpublishedChanges).toBe(false)
    const content = delivered.body.replace(/>Engineers had.*?<\/p>/, '>Nobody knows why.</p>')
    const { body: edited } = await patch(first.id, { format: 'html', content }).expect(200)
    expect(keysOf(edited)).toEqual(keysOf(first))
    expect(edited.body[2].children[0].text).toBe('Nobody knows why.')
  })
})

describe('what is wrong with a body', () => {
  it('is told at its member, all at once', async () => {
    const { make, http } = await open()
    expect(pointers(await make({ format: 'docx', nope: 1 }).expect(422))).toEqual([
      '/body/content',
      '/body/format',
      '/body/nope',
    ])
    expect(pointers(await make({ format: 'html', content: ['x'] }).expect(422))).toEqual(['/body/content'])
    expect(pointers(await make({}).expect(422))).toEqual(['/body/content', '/body/format'])
    const kind = await make('text').expect(422)
    expect(kind.body.errors).toMatchObject([{ pointer: '/body', code: 'invalid-type' }])
    expect(kind.body.detail).toBe('The member `body` must be an array or an object.')
    const both = await http
      .post(base)
      .set(bearer())
      .send({ body: { format: 'x', content: '' } })
      .expect(422)
    expect(pointers(both)).toEqual(['/body/format', '/title'])
  })

  it('is told of blocks as before, however many faults there are', async () => {
    const { make } = await open()
    const link = { _type: 'link', _key: 'l', href: 'javascript:alert(1)' }
    const unsafe = await make([{ _type: 'block', children: [], markDefs: [link] }]).expect(422)
    expect(unsafe.body.errors).toMatchObject([{ pointer: '/body/0/markDefs/0/href', code: 'unsafe-url' }])
    const many = await make(Array.from({ length: 2000 }, () => ({ _type: 'video' }))).expect(422)
    expect(many.body.errors[0].pointer).toBe('/body/0/_type')
    expect(many.body.errors.length).toBe(100)
  })

  it.each([
    ['html', '<div>'.repeat(100_000), 'too-deep'],
    ['markdown', '> '.repeat(100_000), 'too-deep'],
    ['html', '<p>x'.repeat(10_001), 'too-many'],
    ['html', `<p>${'<b>x</b>y'.repeat(251)}`, 'too-many'],
    ['text', 'x'.repeat(100_001), 'too-long'],
    ['text', `x${'\nx'.repeat(1001)}`, 'too-long'],
    ['html', `<table><tr>${'<td>x'.repeat(101)}`, 'too-many'],
    ['html', `<img src="/x" alt="${'x'.repeat(10_001)}">`, 'too-long'],
    ['html', `e${'&#x301;'.repeat(31)}`, 'invalid-text'],
    ['text', Array(9000).fill('x'.repeat(500)).join('\n\n'), 'too-long'],
    ['text', 'é'.repeat(2.5 * megabyte + 1), 'too-long'],
  ])('is told at its content when that is over a limit (%#)', async (format, content, code) => {
    const { make, patch, count } = await open()
    const answer = await make({ format, content }).expect(422)
    expect(answer.body.code).toBe('invalid-body')
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/body/content', code })
    expect(answer.body.errors[0].detail).toMatch(/^[A-Z].*\.$/)
    expectDescribed('post', base, answer)
    expect(await count()).toBe(0)
    const { body: article } = await make([]).expect(201)
    const patched = await patch(article.id, { format, content }).expect(422)
    expect(patched.body.errors[0]).toMatchObject({ pointer: '/body/content', code })
    expectDescribed('patch', `${base}/{id}`, patched)
  })

  it('is 422 for Portable Text of over 5 MiB once it has its keys, and 413 for any body of over 6', async () => {
    const { make, count } = await open()
    const blocks = (length: number) =>
      Array.from({ length: 1000 }, () => ({
        _type: 'block',
        children: [{ _type: 'span', text: 'x'.repeat(length) }],
      }))
    const over = await make(blocks(5120)).expect(422)
    expect(over.body.errors).toMatchObject([{ pointer: '/body', code: 'too-long' }])
    expect((await make(blocks(6400))).status).toBe(413)
    const fits = await make(blocks(5020)).expect(201)
    // What can be read can be sent again.
    await make(fits.body.body).expect(201)
    expect(await count()).toBe(2)
  })

  it('comes after the check of the version', async () => {
    const { http, make } = await open()
    const { body: article } = await make([]).expect(201)
    const without = http.patch(`${base}/${article.id}`).set(bearer())
    await without.send({ body: { format: 'html', content: '<div>'.repeat(1000) } }).expect(428)
  })
})

describe('hostile content over HTTP', () => {
  it('never comes back executable, in any form of delivery', async () => {
    const { http, make } = await open()
    const chosen = payloads.filter((_, index) => index % 9 < 2)
    for (const format of ['html', 'markdown']) {
      // Parted by paragraphs, so that an unclosed one does not swallow the others.
      for (let start = 0; start < chosen.length; start += 40) {
        const contents = chosen.slice(start, start + 40).map((payload) => payload.replaceAll('\0', '\uFFFD'))
        for (const content of [contents.join('\n\n<p></p>\n\n'), ...contents.slice(0, 3)]) {
          const { body: article } = await make({ format, content }).expect(201)
          await http.post(`${base}/${article.id}/publish`).set(bearer()).expect(200)
          const { body: delivered } = await http.get(`/v1/articles/${article.id}?body=html`).expect(200)
          const tags = [...delivered.body.matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag)
          for (const tag of tags) {
            expect(tag).toMatch(
              /^<(?:p|h[1-6]|blockquote|ul|ol|li|strong|em|u|s|code|sub|sup|a|br|figure|img|figcaption|small|pre|table|thead|tbody|tr|th|td|hr)(?: (?:data-key|href|title|rel|src|alt|class|scope|style|width|height)="[^"<>]*")*>$/,
            )
            expect(tag).not.toMatch(/(?:href|src)="(?!https?:\/\/|mailto:|tel:|\/(?!\/)|[#?])/)
          }
        }
      }
    }
  })
})
