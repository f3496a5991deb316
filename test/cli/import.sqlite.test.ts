import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram, runProgram } from '../support/process.ts'
import { bearer, startServer } from '../support/server.ts'

const sourceArticle = readFileSync(new URL('../../seed/source-article.txt', import.meta.url), 'utf8')
const slug = 'anthony-blinken-the-return-and-israel'

interface Page {
  readonly title: string
  readonly paragraphs?: readonly string[]
  readonly related?: readonly (readonly [title: string, excerpt: string])[]
  /** How often the ad stands after the body. */
  readonly ads?: number
}

function pageText({ title, paragraphs = ['First paragraph.', 'Second one.'], related = [], ads = 0 }: Page) {
  const lines = [title, ...paragraphs]
  if (ads > 0) lines.push('This article is originally published on', 'Electric Scooter X'.repeat(ads))
  if (related.length > 0) lines.push('Related articles', ...related.flat())
  return `${lines.join('\n\n')}\n`
}

/** A folder of files and a database; `copydesk import` is run over them. */
async function workshop() {
  const folder = temporaryFolder()
  const databaseUrl = await temporaryDatabase()
  return {
    folder,
    databaseUrl,
    put(name: string, content: string | Uint8Array): string {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    },
    importing: (...args: string[]) => callProgram(['import', ...args], { DATABASE_URL: databaseUrl }),
    /** The same in a process of its own. */
    importingApart: (...args: string[]) => runProgram(['import', ...args], { DATABASE_URL: databaseUrl }),
    /** A server over what was imported. */
    serving: () => startServer({ databaseUrl }),
  }
}

type TestServer = Awaited<ReturnType<typeof startServer>>

async function workingCopies({ http }: TestServer) {
  const { body } = await http.get('/manage/v1/articles?limit=100').set(bearer()).expect(200)
  return body.data as { id: string; slug: string; title: string; status: string; version: number }[]
}

describe('import', () => {
  it('brings a page in as a draft, whole, with its links', async () => {
    const { put, importingApart, serving } = await workshop()
    const path = put('page.txt', sourceArticle)
    const exit = await importingApart(path)
    expect(exit).toMatchObject({ code: 0, stderr: '', stdout: `created ${slug} (${path})\n1 created\n` })
    const server = await serving()
    const [article, ...others] = await workingCopies(server)
    expect(others).toEqual([])
    expect(article).toMatchObject({ slug, status: 'draft', version: 1 })
    const { body } = await server.http.get(`/manage/v1/articles/${article?.id}`).set(bearer()).expect(200)
    expect(body.body).toHaveLength(18)
    await server.http.get(`/v1/articles/${slug}`).expect(404)
  })

  it('publishes when asked, also what is a draft by now', async () => {
    const { put, importing, serving } = await workshop()
    const path = put('page.txt', sourceArticle)
    expect((await importing(path)).stdout).toContain('1 created')
    expect(await importing('--publish', path)).toMatchObject({ code: 0, stderr: '' })
    const server = await serving()
    const { body: article } = await server.http.get(`/v1/articles/${slug}`).expect(200)
    expect([article.body.length, article.related.length, article.ads.length]).toEqual([18, 4, 2])
  })

  it('with --dry-run reads and checks only', async () => {
    const { folder, put, databaseUrl } = await workshop()
    const good = put('good.txt', sourceArticle)
    const bad = put('bad.txt', 'A title alone\n')
    const never = join(folder, 'never', 'made.db')
    const url = databaseUrl.startsWith('file:') ? `file:${never}` : 'postgres://nobody@127.0.0.1:9/none'
    const exit = await callProgram(['import', '--dry-run', good, bad], { DATABASE_URL: url })
    expect(exit.code).toBe(1)
    expect(exit.stdout).toContain('18 blocks, 4 related links, 5 ads')
    expect(exit.stderr).toContain(`failed ${bad}: line 1:`)
    expect(existsSync(join(folder, 'never'))).toBe(false)
  })

  it('changes nothing when the same page comes again, and says so', async () => {
    const { put, importing, serving } = await workshop()
    const path = put('page.txt', sourceArticle)
    await importing('--publish', path)
    const again = await importing('--publish', path)
    expect(again).toMatchObject({ code: 0, stdout: `unchanged ${slug} (${path})\n1 unchanged\n` })
    const server = await serving()
    expect(await workingCopies(server)).toEqual([expect.objectContaining({ version: 1 })])
    const { body } = await server.http.get(`/v1/articles/${slug}`).expect(200)
    expect(body.version).toBe(1)
  })

  it('makes a changed page a new version, in which everything that stayed keeps its identity', async () => {
    const { put, importing, databaseUrl } = await workshop()
    const before: Page = {
      title: 'Harbour reopens',
      paragraphs: ['It opened.', 'A heading', 'Ships came.', 'They left again.'],
      related: [
        ['One', 'The first...'],
        ['Two', 'The second...'],
        ['Three', 'The third...'],
      ],
      ads: 3,
    }
    const path = put('page.txt', pageText(before))
    expect(await importing('--publish', path)).toMatchObject({ code: 0, stderr: '' })
    const read = async () => {
      const { http } = await startServer({ databaseUrl })
      return (await http.get('/v1/articles/harbour-reopens').expect(200)).body
    }
    const first = await read()

    const paragraphs = ['A new beginning.', 'It opened.', 'A heading', 'Ships came.', 'They stayed.']
    const related = [...(before.related?.slice(1) ?? []), ['Four', 'The fourth...'] as const].reverse()
    put('page.txt', pageText({ ...before, paragraphs, related, ads: 2 }))
    expect((await importing('--publish', path)).stdout).toBe(`updated harbour-reopens (${path})\n1 updated\n`)
    const second = await read()

    expect([first.id, first.version]).toEqual([second.id, 1])
    expect(second.version).toBe(2)
    expect(second.firstPublishedAt).toBe(first.firstPublishedAt)

    const linkId = (article: typeof first, title: string) =>
      article.related.find((link: { title: string }) => link.title === title)?.id
    expect(second.related.map((link: { title: string }) => link.title)).toEqual(['Four', 'Three', 'Two'])
    for (const title of ['Two', 'Three']) expect(linkId(second, title)).toBe(linkId(first, title))
    expect(first.related.map((link: { id: string }) => link.id)).not.toContain(linkId(second, 'Four'))

    const ads = (article: typeof first): string[] =>
      article.ads[0].placements.map((placement: { id: string }) => placement.id)
    expect(ads(first)).toHaveLength(3)
    expect(ads(second)).toEqual(ads(first).slice(0, 2))

    const keyOf = (article: typeof first, text: string) =>
      article.body.find((block: { children: { text: string }[] }) => block.children[0]?.text === text)?._key
    for (const text of ['It opened.', 'A heading', 'Ships came.'])
      expect(keyOf(second, text), text).toBe(keyOf(first, text))
    const keys = second.body.map((block: { _key: string }) => block._key)
    expect(new Set(keys).size).toBe(5)
  })

  it('takes a folder with what is in it and below, in order', async () => {
    const { folder, put, importing, serving } = await workshop()
    mkdirSync(join(folder, 'sub'))
    for (let number = 10; number < 40; number += 1)
      put(join(number % 2 ? 'sub' : '', `${number}.txt`), pageText({ title: `Story number ${number}` }))
    put('notes.pdf', 'no page')
    const exit = await importing(folder)
    expect(exit).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^30 created$/m) })
    const names = [...exit.stdout.matchAll(/\((.*)\)$/gm)].map((match) => match[1])
    expect(names).toEqual(names.toSorted())
    expect(await workingCopies(await serving())).toHaveLength(30)
  })

  it('takes the second of two files with one title for a mistake', async () => {
    const { put, importing, serving } = await workshop()
    const first = put('a.txt', pageText({ title: 'Same title', paragraphs: ['The first text.'] }))
    const second = put('b.txt', pageText({ title: 'Same  Title!', paragraphs: ['The other text.'] }))
    const exit = await importing(first, second)
    expect(exit.code).toBe(1)
    expect(exit.stdout).toContain('1 created, 1 failed')
    expect(exit.stderr).toContain(`failed ${second}: line 1: has the same title as ${first}`)
    const server = await serving()
    expect(await workingCopies(server)).toEqual([
      expect.objectContaining({ version: 1, title: 'Same title' }),
    ])
  })

  it('tells of every file that fails, with line and reason, and brings in the others', async () => {
    const { folder, put, importingApart, serving } = await workshop()
    const missing = join(folder, 'missing.txt')
    symlinkSync('/dev/null', join(folder, 'device.txt'))
    symlinkSync(join(folder, 'loop.txt'), join(folder, 'loop.txt'))
    const failures = [
      [put('empty.txt', ''), /the file is empty/],
      [put('spaces.txt', ' \n\n \t\n'), /the page is empty/],
      [
        put(
          'binary.txt',
          Uint8Array.from({ length: 300 }, (_, index) => index % 256),
        ),
        /UTF-8|text/,
      ],
      [put('big.txt', `Big\n${'A word. '.repeat(700_000)}`), /over 5 MB/],
      [put('alone.txt', '\n\nA title alone\n'), /line 3: no text follows the title/],
      [
        put('long.txt', pageText({ title: 'x'.repeat(301) })),
        /line 1: title must have at most 300 characters/,
      ],
      [put('heading.txt', 'Related articles\nText\n'), /line 1: .* is not a title/],
      [missing, /there is no such file/],
      [join(folder, 'device.txt'), /neither a file nor a folder/],
      [join(folder, 'loop.txt'), /./],
    ] as const
    const good = [
      put('fine.txt', pageText({ title: 'Fine' })),
      put('exact.txt', pageText({ title: '😀'.repeat(300) })),
      put('windows.txt', `\uFEFF${pageText({ title: 'From Windows' }).replaceAll('\n', '\r\n')}`),
    ]
    const [before, ...after] = good
    const exit = await importingApart(before ?? '', ...failures.map(([path]) => path), ...after)
    expect(exit.code).toBe(1)
    expect(exit.stdout).toMatch(new RegExp(`^${good.length} created, ${failures.length} failed$`, 'm'))
    const lines = exit.stderr.trimEnd().split('\n')
    for (const [index, [path, reason]] of failures.entries()) {
      expect.soft(lines[index]?.startsWith(`failed ${path}: `), lines[index]).toBe(true)
      expect.soft(lines[index]).toMatch(reason)
    }
    expect(lines.slice(failures.length)).toEqual([
      `copydesk: ${failures.length} of ${failures.length + good.length} files failed`,
    ])
    const titles = (await workingCopies(await serving())).map((article) => article.title)
    expect(titles.sort()).toEqual(['Fine', 'From Windows', '😀'.repeat(300)].sort())
  })

  it('says so when a folder has no page', async () => {
    const { folder, importing } = await workshop()
    expect(await importing(folder)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `copydesk: no file that could be imported in ${folder}\n`,
    })
  })
})
