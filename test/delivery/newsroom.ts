import fc from 'fast-check'
import { bearer, startServer } from '../support/server.ts'

export const site = 'https://news.example'

/** What breaks out of one format or another. */
const hostile = [
  ']]>',
  '<![CDATA[',
  '-->',
  '?>',
  '</script><svg onload=alert(1)>',
  '<!--<script>',
  '"><b>',
  "' onmouseover='x",
  '&amp;',
  '&apos;',
  '&lt;',
  '&',
  '%00%zz',
  '\u0001\u0008\u000b\u001f',
  '\u007f\u0085\u009f',
  '\u2028\u2029',
  '\u202eevil\u202c\u200f',
  '\ufffe\uffff',
  '\u{1f4f0}\u{1fffe}',
  'true',
  '  ',
  'é'.normalize('NFD'),
  '中文',
  '\\u003c\\',
] as const

const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: 6 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(' ').replaceAll('\0', '').toWellFormed().slice(0, 200).toWellFormed())
const named = text.map((value) => `N ${value}`)

const hrefs = [
  '/local?a=|[1]',
  '#top',
  '?page=2',
  'https://other.example/a|b^c?q={x}#[y]',
  'mailto:a@b.example',
]
const block = fc.oneof(
  fc.record({ value: text, href: fc.constantFrom(...hrefs) }).map(({ value, href }) => ({
    _type: 'block',
    children: [{ _type: 'span', text: value, marks: ['l'] }],
    markDefs: [{ _type: 'link', _key: 'l', href }],
  })),
  text.map((code) => ({ _type: 'code', code })),
  fc
    .record({ alt: text, src: fc.constantFrom('/p/a b.png', 'https://img.example/x|y.png') })
    .map((image) => ({
      _type: 'image',
      ...image,
      caption: 'At the bridge',
      credit: 'J. Roe',
      width: 1200,
      height: 800,
    })),
)

const article = fc.record({
  title: named,
  subtitle: fc.option(text),
  excerpt: fc.option(text),
  language: fc.constantFrom('en', 'pt-BR', 'zh-Hant-HK', 'zh', 'ar', 'sr-Cyrl', 'haw'),
  body: fc.array(block, { minLength: 1, maxLength: 4 }),
  credit: fc.option(text),
  source: fc.option(
    fc.record({ attribution: fc.option(text), name: fc.option(text), url: fc.constantFrom(null, hrefs[3]) }),
  ),
})

/** The same articles in every run. */
export function hostileArticles(count: number): Record<string, unknown>[] {
  return fc.sample(article, { numRuns: count, seed: 6 })
}

/** A server of a site, and what its editors do. */
export async function startNewsroom(options: Parameters<typeof startServer>[0] = {}) {
  const env = { PUBLIC_URL: site, SITE_NAME: 'The Harbour News', ...options.env }
  const server = await startServer({ ...options, env })
  const { http } = server

  const post = async (path: string, input: object = {}, status = 201) => {
    const { body } = await http.post(`/manage/v1${path}`).set(bearer()).send(input).expect(status)
    return body
  }

  return {
    ...server,
    post,
    /** The term, made. */
    term: (kind: 'sections' | 'tags' | 'authors', name: string) => post(`/${kind}`, { name }),
    draft: (input: object) => post('/articles', input),
    async publish(input: object, at?: string) {
      const { id } = await post('/articles', input)
      return post(`/articles/${id}/publish`, at === undefined ? {} : { at }, 200)
    },
    act: (id: string, action: string, input: object = {}, status = 200) =>
      post(`/articles/${id}/${action}`, input, status),
    patch: (id: string, change: object) =>
      http.patch(`/manage/v1/articles/${id}`).set(bearer()).set('if-match', '*').send(change).expect(200),
    relate: (id: string, links: object[]) =>
      http
        .put(`/manage/v1/articles/${id}/related`)
        .set(bearer())
        .set('if-match', '*')
        .send({ links })
        .expect(200),
    /** The text of an answer, whatever its media type. */
    async text(path: string, status = 200): Promise<string> {
      const { text, body } = await http
        .get(path)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)))
          response.on('end', () => done(null, Buffer.concat(chunks).toString()))
        })
        .expect(status)
      return typeof body === 'string' ? body : text
    },
  }
}
export type Newsroom = Awaited<ReturnType<typeof startNewsroom>>
