import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { bearer, startServer } from '../support/server.ts'

interface Post {
  readonly id: number
  readonly title?: string
  readonly content?: string
  readonly status?: string
  readonly type?: string
  readonly more?: string
}

function post({
  id,
  title = `Post ${id}`,
  content = 'Text.',
  status = 'publish',
  type = 'post',
  more = '',
}: Post) {
  return `<item><title>${title}</title><link>https://old.example/2019/03/post-${id}/</link>
<dc:creator><![CDATA[ann]]></dc:creator><content:encoded><![CDATA[${content}]]></content:encoded>
<wp:post_id>${id}</wp:post_id><wp:post_date_gmt>2019-03-0${id} 08:00:00</wp:post_date_gmt><wp:post_name>post-${id}</wp:post_name>
<wp:status>${status}</wp:status><wp:post_type>${type}</wp:post_type>${more}</item>`
}

const archive = (...posts: readonly Post[]) => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="c" xmlns:dc="d" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<title>Old paper</title><language>en-GB</language><wp:base_site_url>https://old.example</wp:base_site_url>
<wp:author><wp:author_login>ann</wp:author_login><wp:author_email>ann@old.example</wp:author_email><wp:author_display_name>Ann Bell</wp:author_display_name></wp:author>
${posts.map(post).join('\n')}</channel></rss>`

const terms = `<category domain="category" nicename="city">City &amp; Region</category><category domain="category" nicename="harbour">Harbour</category>
<category domain="post_tag" nicename="ships">Ships</category><wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>first-name</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta><wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>`

const posts: readonly Post[] = [
  {
    id: 1,
    title: 'Harbour reopens',
    content: 'First.\n\nSee <a href="../post-2/">more</a>.\n\n<script>x</script>',
    more: terms,
  },
  { id: 2, status: 'private' },
  { id: 3, more: '<wp:post_password>secret</wp:post_password>' },
  { id: 4, status: 'draft' },
  { id: 5, status: 'future' },
  { id: 6, status: 'trash' },
  { id: 7, type: 'nav_menu_item' },
  {
    id: 9,
    status: 'inherit',
    type: 'attachment',
    more: '<wp:attachment_url>https://old.example/ship.jpg</wp:attachment_url>',
  },
]

async function workshop() {
  const folder = temporaryFolder()
  const url = await temporaryDatabase()
  return {
    folder,
    url,
    importing: (name: string, content: string, ...args: string[]) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return callProgram(['import', ...args, path], { DATABASE_URL: url })
    },
  }
}

it('an archive of WordPress comes in whole, keeps what is private, and comes again', async () => {
  const shop = await workshop()
  const report = join(shop.folder, 'report.ndjson')
  const server = await startServer({ databaseUrl: shop.url })
  const first = await shop.importing('a.xml', archive(...posts), '--publish', '--report', report)

  // It comes in with one line, and with a report of every item.
  {
    expect(first).toMatchObject({ code: 0, stderr: '', stdout: '5 created, 3 skipped\n' })
    const lines = readFileSync(report, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ outcome, withheld }) => withheld ?? outcome)).toEqual([
      'created',
      'private',
      'private',
      'draft',
      'scheduled',
      'skipped',
      'skipped',
      'skipped',
    ])
    expect(lines[0]).toMatchObject({
      place: 'item 1 (post 1)',
      slug: 'post-1',
      losses: ['a comment', 'a script'],
    })
    expect(lines[2].losses).toEqual(['the password; it stays a draft'])
    expect(lines[7].reason).toMatch(/media library/)
  }

  // It is published as it was, with what belongs to it.
  {
    const { body } = await server.http.get('/v1/articles').expect(200)
    expect(body.data.map(({ slug }: { slug: string }) => slug)).toEqual(['post-1'])
    const { body: article } = await server.http.get('/v1/articles/post-1').expect(200)
    expect(article).toMatchObject({
      title: 'Harbour reopens',
      language: 'en-GB',
      publishedAt: '2019-03-01T08:00:00.000Z',
      firstPublishedAt: '2019-03-01T08:00:00.000Z',
      updatedAt: '2019-03-01T08:00:00.000Z',
      section: { slug: 'city', name: 'City & Region' },
      tags: [{ slug: 'harbour' }, { slug: 'ships', name: 'Ships' }],
      authors: [{ slug: 'ann-bell', name: 'Ann Bell' }],
    })
    expect(article.body.map((block: { _type: string }) => block._type)).toEqual(['image', 'block', 'block'])
    expect(article.body[0].src).toBe('https://old.example/ship.jpg')
    expect(article.body[2].markDefs[0].href).toBe('https://old.example/2019/03/post-2/')
    const { body: managed } = await server.http
      .get(`/manage/v1/articles/${article.id}`)
      .set(bearer())
      .expect(200)
    expect(managed.externalIds).toEqual({ 'wordpress:old.example': '1' })
    const { body: users } = await server.http.get('/manage/v1/tokens').set(bearer()).expect(200)
    expect(users.data).toEqual([])
  }

  // It leads from old paths, and says nothing of what is not public.
  {
    const resolve = (path: string) => server.http.get('/v1/resolve').query({ path })
    for (const path of ['/2019/03/post-1/', '/2019/03/post-1', '/2019/03/first-name/?utm=1']) {
      const { body } = await resolve(path).expect(200)
      expect(body).toMatchObject({ status: 'moved', slug: 'post-1', path: '/post-1' })
    }
    for (const id of [2, 3, 4, 5]) await resolve(`/2019/03/post-${id}/`).expect(404)
    await resolve('/2019/03/').expect(404)
  }

  // It changes nothing when it comes again, and what changed when it did.
  {
    expect(await shop.importing('a.xml', archive(...posts), '--publish')).toMatchObject({
      code: 0,
      stdout: '5 unchanged, 3 skipped\n',
    })
    const changed = posts.map((each) => (each.id === 1 ? { ...each, title: 'Harbour closes' } : each))
    const exit = await shop.importing('a.xml', archive(...changed), '--publish', '--json')
    const lines = exit.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toEqual({
      summary: { created: 0, updated: 1, unchanged: 4, readable: 0, skipped: 3, failed: 0 },
    })
    const { body } = await server.http.get('/v1/articles/post-1').expect(200)
    expect(body).toMatchObject({
      title: 'Harbour closes',
      version: 2,
      publishedAt: '2019-03-01T08:00:00.000Z',
    })
  }

  // It says that it is gone at its old path, and leaves alone what an editor took back or killed.
  {
    const { body } = await server.http.get('/v1/articles/post-1').expect(200)
    await server.http
      .post(`/manage/v1/articles/${body.id}/kill`)
      .set(bearer())
      .send({ reason: 'It was wrong.' })
      .expect(200)
    const exit = await shop.importing('a.xml', archive({ id: 1, title: 'Again' }), '--publish', '--json')
    expect(JSON.parse(exit.stdout.split('\n')[0] ?? '')).toMatchObject({
      outcome: 'unchanged',
      withheld: 'killed',
    })
    const { body: gone } = await server.http
      .get('/v1/resolve')
      .query({ path: '/2019/03/post-1/' })
      .expect(200)
    expect(gone).toMatchObject({ status: 'gone', reason: 'killed', slug: 'post-1', path: null })
  }

  // It takes the second item with one id for a mistake.
  {
    const exit = await shop.importing('b.xml', archive({ id: 8, title: 'One' }, { id: 8, title: 'Two' }))
    expect(exit).toMatchObject({ code: 1, stdout: '1 created, 1 failed\n' })
    expect(exit.stderr).toContain('item 2 (post 8): an item before it has the same id, 8')
  }
}, 60_000)

describe('our own NDJSON', () => {
  const at = (day: number) => `2020-01-0${day}T08:00:00.000Z`
  const actor = { tokenId: null, name: 'Ann', role: 'editor' }
  const id = (last: string) => `018ced2a-4000-7000-8000-0000000000${last}`
  const block = (text: string) => ({
    _type: 'block',
    _key: 'k1',
    style: 'normal',
    children: [{ _type: 'span', _key: 's1', text, marks: [] }],
    markDefs: [],
  })
  const content = {
    title: 'Now',
    slug: 'now',
    language: 'fr',
    sectionId: id('01'),
    tagIds: [id('02')],
    body: [block('Now.')],
  }
  const dates = { createdAt: at(1), updatedAt: at(4), createdBy: actor, updatedBy: actor }
  const exact = {
    type: 'article',
    id: id('0a'),
    status: 'published',
    version: 4,
    publishedVersion: 3,
    ...content,
    externalIds: { wire: 'x1' },
    firstPublishedAt: at(2),
    publishedAt: at(2),
    ...dates,
    public: { updatedAt: at(3), content: { ...content, title: 'Before', body: [block('Before.')] } },
    slugs: [
      { slug: 'then', since: at(2) },
      { slug: 'now', since: at(3) },
    ],
    oldPaths: ['/2020/then.html'],
    revisions: [
      {
        version: 3,
        createdAt: at(3),
        createdBy: actor,
        type: 'article.published',
        pinned: true,
        snapshot: { ...content, title: 'Before' },
      },
    ],
  }
  const lines = [
    { type: 'copydesk', version: 1 },
    {
      type: 'section',
      id: id('01'),
      slug: 'city',
      name: 'City',
      version: 7,
      createdAt: at(1),
      updatedAt: at(2),
    },
    { type: 'tag', id: id('02'), slug: 'ships', name: 'Ships', createdAt: at(1), updatedAt: at(1) },
    exact,
    {
      ...exact,
      id: id('0b'),
      status: 'killed',
      publishedVersion: null,
      slug: 'gone',
      public: null,
      slugs: [{ slug: 'gone', since: at(2) }],
      oldPaths: [],
      revisions: [],
      gone: { reason: 'killed', publicReason: 'Wrong.', at: at(4) },
    },
    {
      type: 'article',
      title: 'As an editor writes it',
      section: 'City',
      tags: ['Ships', { name: 'New' }],
      authors: ['Bo'],
      status: 'published',
      publishedAt: at(5),
      body: { format: 'markdown', content: 'With **marks**.' },
      related: [{ title: 'More', url: 'https://a.example/' }],
    },
    { type: 'article', title: '' },
  ]
  const ndjson = lines.map((line) => JSON.stringify(line)).join('\n')

  it('restores ids, versions, states and times exactly, and takes articles as editors write them', async () => {
    const { url, importing } = await workshop()
    const exit = await importing('own.ndjson', ndjson, '--publish')
    expect(exit).toMatchObject({ code: 1, stdout: '5 created, 1 failed\n' })
    expect(exit.stderr).toContain('line 7: title must not be empty')
    const { http } = await startServer({ databaseUrl: url })
    const { body: article } = await http.get('/v1/articles/now').expect(200)
    expect(article).toMatchObject({
      id: id('0a'),
      version: 3,
      title: 'Before',
      updatedAt: at(3),
      publishedAt: at(2),
      body: [block('Before.')],
    })
    const { body: managed } = await http
      .get(`/manage/v1/articles/${id('0a')}`)
      .set(bearer())
      .expect(200)
    expect(managed).toMatchObject({
      version: 4,
      publishedVersion: 3,
      hasUnpublishedChanges: true,
      ...content,
      ...dates,
    })
    const { body: section } = await http
      .get(`/manage/v1/sections/${id('01')}`)
      .set(bearer())
      .expect(200)
    expect(section).toMatchObject({ version: 7, slug: 'city', createdAt: at(1), updatedAt: at(2) })
    const { body: revisions } = await http
      .get(`/manage/v1/articles/${id('0a')}/revisions`)
      .set(bearer())
      .expect(200)
    expect(revisions.data).toMatchObject([
      { version: 4, createdAt: at(4) },
      { version: 3, pinned: true, createdBy: actor },
    ])
    for (const path of ['/then', '/2020/then.html'])
      expect((await http.get('/v1/resolve').query({ path }).expect(200)).body).toMatchObject({
        status: 'moved',
        slug: 'now',
      })
    const { body: gone } = await http.get('/v1/articles/gone').expect(410)
    expect(gone).toMatchObject({ reason: 'killed', publicReason: 'Wrong.', at: at(4) })
    const { body: written } = await http.get('/v1/articles/as-an-editor-writes-it').expect(200)
    expect(written).toMatchObject({
      section: { id: id('01') },
      tags: [{ id: id('02') }, { slug: 'new' }],
      authors: [{ name: 'Bo' }],
      related: [{ title: 'More', url: 'https://a.example/' }],
      publishedAt: at(5),
    })
    expect(await importing('own.ndjson', ndjson, '--publish')).toMatchObject({
      stdout: '5 unchanged, 1 failed\n',
    })
    const next = JSON.stringify({ ...exact, version: 5, title: 'Next' })
    expect(await importing('own.ndjson', `${next}\n`)).toMatchObject({ code: 0, stdout: '1 updated\n' })
    const { body: after } = await http
      .get(`/manage/v1/articles/${id('0a')}`)
      .set(bearer())
      .expect(200)
    expect(after).toMatchObject({ version: 5, title: 'Next' })
  })
})

it('--dry-run, --format and --base-url do what they say, and what they cannot is told', async () => {
  const { folder, importing, url } = await workshop()
  const dry = await importing(
    'note.txt',
    '[A](b.html)\n\nText',
    '--dry-run',
    '--format',
    'markdown',
    '--base-url',
    'https://a.example/x/',
    '--json',
  )
  expect(JSON.parse(dry.stdout.split('\n')[0] ?? '')).toMatchObject({
    outcome: 'readable',
    title: 'note',
    reason: '2 blocks, 0 related links',
  })
  const wrong = await importing('note.txt', 'x', '--base-url', 'a.example')
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--base-url must be an absolute http'),
  })
  const unwritable = await importing('note.txt', 'x', '--report', join(folder, 'no', 'such'))
  expect(unwritable).toMatchObject({ code: 1, stderr: expect.stringContaining('--report') })
  const server = await startServer({ databaseUrl: url })
  expect((await server.http.get('/manage/v1/articles').set(bearer()).expect(200)).body.data).toEqual([])
})
