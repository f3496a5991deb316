import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { bearer, startServer } from '../support/server.ts'

interface Told {
  readonly title: string | null
  readonly outcome: string
  readonly reason: string | null
  readonly withheld: string | null
  readonly losses: readonly string[]
}

/** A newsroom into which files are imported, and what each import tells of them. */
async function importing() {
  const databaseUrl = await temporaryDatabase()
  const server = await startServer({ databaseUrl })
  const run = async (name: string, content: string | object, ...options: string[]): Promise<Told[]> => {
    const file = join(temporaryFolder(), name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    const { stdout } = await callProgram(['import', '--json', ...options, file], {
      DATABASE_URL: databaseUrl,
    })
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    return lines.filter((line) => 'outcome' in line)
  }
  const article = async (slug: string) => (await server.http.get(`/v1/articles/${slug}`)).body
  /** What the public sees; instances other than the one that wrote follow within a second. */
  const shown = (slug: string) => expect.poll(() => article(slug), { timeout: 2_000 })
  return { ...server, run, article, shown }
}

const wire = (version: string, headline: string, more: object = {}) => ({
  uri: 'urn:wire:1',
  type: 'text',
  version,
  headline,
  body_text: `Text ${version}.`,
  ...more,
})

it('an older version changes nothing, and what its source takes back is told while it is public here', async () => {
  const { run, shown, http } = await importing()
  expect(await run('2.json', wire('10', 'Second'), '--publish')).toMatchObject([{ outcome: 'created' }])
  expect(await run('1.json', [wire('9', 'First')], '--publish')).toMatchObject([
    { outcome: 'unchanged', reason: 'it is older (9) than what is here (10)' },
  ])
  await shown('second').toMatchObject({ title: 'Second' })
  const canceled = wire('11', 'Second', { pubstatus: 'canceled', urgency: 1 })
  for (const outcome of ['updated', 'unchanged']) {
    const [told] = await run('3.json', canceled, '--publish')
    expect(told).toMatchObject({ outcome, withheld: 'private' })
    expect(told?.losses).toContain(
      'that it is private where it comes from: here it is public until somebody unpublishes it',
    )
  }
  const { body } = await http.get('/manage/v1/articles').set(bearer())
  expect(body.data).toHaveLength(1)
  await shown('second').toMatchObject({ title: 'Second' })
}, 60_000)

it('--publish publishes what an import without it brought, at the time of its source, and no draft of an editor', async () => {
  const { run, article, shown, http } = await importing()
  const post = (text: string) => `---\ntitle: Bridge\ndate: 2020-02-01\n---\n${text}\n`
  await run('bridge.md', post('One.'))
  await run('bridge.md', post('One.'), '--publish')
  await shown('bridge').toMatchObject({ firstPublishedAt: '2020-02-01T00:00:00.000Z' })
  const { id } = await article('bridge')
  expect(await run('bridge.md', post('Two.'))).toMatchObject([{ outcome: 'updated' }])
  await shown('bridge').toMatchObject({ excerpt: 'One.' })
  expect(await run('bridge.md', post('Two.'), '--publish')).toMatchObject([{ outcome: 'updated' }])
  await shown('bridge').toMatchObject({ excerpt: 'Two.' })
  await http
    .patch(`/manage/v1/articles/${id}`)
    .set(bearer())
    .set('if-match', '*')
    .send({ title: 'Unfinished' })
    .expect(200)
  expect(await run('bridge.md', post('Two.'), '--publish')).toMatchObject([{ outcome: 'unchanged' }])
  await shown('bridge').toMatchObject({ title: 'Bridge' })
}, 60_000)

it('files and items without ids do not overwrite each other, and what is lost of each is told', async () => {
  const { run } = await importing()
  expect(await run('a/notes.md', '---\ntitle: Monday\ndate: 2020-02-03\n---\nOne.\n')).toMatchObject([
    { outcome: 'created' },
  ])
  const [other] = await run('b/notes.md', '---\ntitle: Tuesday\ndate: 2020-02-04\n---\nTwo.\n')
  expect(other).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('give it an `id`') })
  const item = (title: string, text: string, at: string) =>
    `<item><title>${title}</title><pubDate>${at}</pubDate><description>${text}</description></item>`
  const feed = [
    item('Weather &amp;amp; traffic &amp;eacute;', 'One.', '2020-02-03'),
    item('Weather &amp;amp; traffic &amp;eacute;', 'Two.', '2020-02-04'),
    item('Weather &amp;amp; traffic &amp;eacute;', 'Again.', '2020-02-04'),
    '<item><description>Short.</description></item>',
    '<item><description>Shorter.</description></item>',
  ]
  const told = await run(
    'feed.xml',
    `<rss version="2.0"><channel><title>Town</title>${feed.join('')}</channel></rss>`,
  )
  expect(told.map(({ title, outcome }) => [title, outcome])).toEqual([
    ['Weather & traffic é', 'created'],
    ['Weather & traffic é', 'created'],
    [null, 'failed'],
    ['Short.', 'created'],
    ['Shorter.', 'created'],
  ])
  const [lossy] = await run(
    'lossy.md',
    '---\nid: x\ntitle: Lossy\nslug: notes\ndate: 2099-01-01\nmood: grey\nexpiryDate: 2020-01-01\naliases: [/old]\n---\nText.\n',
    '--publish',
  )
  expect(lossy).toMatchObject({ outcome: 'created', withheld: 'private' })
  expect(lossy?.losses).toEqual([
    'that it expired at 2020-01-01T00:00:00.000Z',
    'the front matter’s mood',
    'the slug notes, which another article has',
  ])
  const [moved] = await run('moved.md', '---\ntitle: Moved\ndate: 2099-01-01\naliases: [/old]\n---\nText.\n')
  expect(moved?.losses).toEqual([
    'the old path /old, which leads to another article here',
    'that it is to be published at 2099-01-01T00:00:00.000Z: it stays a draft until somebody plans it here',
  ])
}, 60_000)

it('an archive of WordPress brings captions, keeps the text within shortcodes, and leaves out what has no page', async () => {
  const { run, article, shown } = await importing()
  const element = (id: number, type: string, link: string, more: string) =>
    `<item><title>Post ${id}</title><link>${link}</link><wp:post_id>${id}</wp:post_id><wp:post_type>${type}</wp:post_type><wp:status>publish</wp:status>${more}</item>`
  const meta = (key: string, value: string) =>
    `<wp:postmeta><wp:meta_key>${key}</wp:meta_key><wp:meta_value><![CDATA[${value}]]></wp:meta_value></wp:postmeta>`
  const site = 'https://news.example'
  const told = await run(
    'archive.xml',
    `<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>${site}</link>${[
      element(
        1,
        'post',
        `${site}/post-1/`,
        `${meta('_thumbnail_id', '2')}<content:encoded><![CDATA[Before. [ad]Kept.[/ad] After.]]></content:encoded>`,
      ),
      element(
        2,
        'attachment',
        `${site}/a/`,
        `<wp:attachment_url>${site}/a.jpg</wp:attachment_url><excerpt:encoded><![CDATA[The <b>bridge</b>]]></excerpt:encoded>${meta('_wp_attachment_image_alt', 'A bridge')}`,
      ),
      element(3, 'shop_coupon', `${site}/?post_type=shop_coupon&amp;p=3`, ''),
    ].join('')}</channel></rss>`,
    '--publish',
  )
  expect(told.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['created', null],
    ['skipped', expect.stringContaining('media library')],
    ['skipped', 'it is a shop_coupon, which its site shows nobody'],
  ])
  await shown('post-1').toHaveProperty('body')
  const { body } = await article('post-1')
  expect(body[0]).toMatchObject({ _type: 'image', alt: 'A bridge', caption: 'The bridge' })
  expect(body[1].children.map(({ text }: { text: string }) => text).join('')).toContain(
    'Before. Kept. After.',
  )
}, 60_000)
