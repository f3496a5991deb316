import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type Config, readConfig } from '../config.ts'
import type { Card } from '../contract/delivered-article.ts'
import { fileNameOf } from '../exports/file-name.ts'
import { markdownFile } from '../exports/markdown.ts'
import type { Db, Reader, Snapshot } from '../store/index.ts'
import { type CliContext, CommandError } from './context.ts'
import { openAsItIs } from './database.ts'
import type { FolderFormat } from './export-formats.ts'
import { redirectsOf } from './export-redirects.ts'
import { placeFault } from './place-fault.ts'
import { showSteps } from './progress.ts'
import { appOver } from './serving.ts'

/** So many answers are made at once. */
const atOnce = 8

/**
 * `copydesk export --format …`: what is public, as a folder of files, which gets its name when it is whole. Each file is
 * what the public API answers, of one state of the database.
 */
export async function exportFolderCommand(
  context: CliContext,
  { format, out: folder }: { readonly format: FolderFormat; readonly out: string },
): Promise<void> {
  await checkAbsent(folder)
  // Nobody waits for these answers, and none is asked for twice.
  const config = readConfig({
    ...context.env,
    ...{ LOG_LEVEL: 'silent', RESPONSE_CACHE_MIB: '0', OVERLOAD_REQUESTS: '0', OVERLOAD_TURN_MS: '0' },
  })
  const { db, engine } = await openAsItIs(config)
  const partial = `${folder}.partial`
  try {
    await mkdir(partial, { mode: 0o755 })
    const snapshot = await db.openSnapshot()
    try {
      await writeAll(context, { db, snapshot, config, format, folder: partial })
    } finally {
      await snapshot.close()
    }
    if (existsSync(folder)) await rmdir(folder)
    await rename(partial, folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new CommandError(`${partial} is there already, of an export that broke off; delete it`)
    await rm(partial, { recursive: true, force: true })
    throw placeFault(error, folder) ?? error
  } finally {
    await engine.close()
  }
}

async function checkAbsent(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  const isEmpty = await readdir(folder).then(
    (entries) => entries.length === 0,
    () => false,
  )
  if (!isEmpty)
    throw new CommandError(`${folder} is there already and not an empty folder; give another name`)
}

interface Work {
  readonly db: Db
  readonly snapshot: Snapshot
  readonly config: Config
  readonly format: FolderFormat
  readonly folder: string
}

async function writeAll(
  { stdout, stderr }: CliContext,
  { db, snapshot, config, format, folder }: Work,
): Promise<void> {
  const frozen: Db = {
    ...db,
    published: (work) => work(snapshot.published),
    publicVersion: () => undefined,
  }
  const app = await appOver(frozen, { config })
  const steps = showSteps(stderr, 'exporting')
  try {
    const files = createFiles(app, folder)
    let done = 0
    for await (const { cards, total } of cardPages(files)) {
      for (let from = 0; from < cards.length; from += atOnce)
        await Promise.all(cards.slice(from, from + atOnce).map((card) => writeArticle(files, format, card)))
      if (format === 'static') {
        const addressesOf = await snapshot.reader.exports.addressesOf(cards.map(({ id }) => id))
        const redirects = cards.map((card) =>
          redirectsOf({ ...card, ...addressesOf(card.id) }, config.articlePath),
        )
        await appendFile(join(folder, '_redirects'), redirects.join(''))
      }
      done += cards.length
      steps.reach(done, total)
    }
    if (format === 'static') await writeSite(files, snapshot.reader)
    steps.stop()
    stdout.write(`${folder.replace(/\.partial$/, '')}: ${done} articles, ${files.count()} files\n`)
  } finally {
    steps.stop()
    await app.close()
  }
}

/** What the API answers, and the files that it is written to. */
interface Files {
  /** Throws where the answer is no success. */
  ask(path: string): Promise<string>
  /** Undefined where the answer is no success. */
  askIfThere(path: string): Promise<string | undefined>
  write(parts: readonly string[], content: string): Promise<void>
  count(): number
}

function createFiles(app: FastifyInstance, folder: string): Files {
  let count = 0
  const askIfThere = async (path: string) => {
    const { statusCode, payload } = await app.inject(path)
    return statusCode === 200 ? payload : undefined
  }
  return {
    askIfThere,
    async ask(path) {
      const answer = await askIfThere(path)
      if (answer === undefined) throw new CommandError(`there is no answer to ${path}`)
      return answer
    },
    async write(parts, content) {
      const file = join(folder, ...parts)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
      count += 1
    },
    count: () => count,
  }
}

/** The published articles, page by page, and how many there are. */
async function* cardPages({ ask }: Files): AsyncGenerator<{ cards: Card[]; total: number }> {
  let total = 0
  for await (const page of answerPages(ask, '/v1/articles?limit=100&count=true')) {
    const { data, page: state } = JSON.parse(page)
    total = state.total ?? total
    yield { cards: data, total }
  }
}

/** The answers of all pages of a list, as they are. */
async function* answerPages(ask: Files['ask'], path: string): AsyncGenerator<string> {
  let cursor: string | null = ''
  while (cursor !== null) {
    const parameter: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await ask(`${path}${parameter}`)
    yield answer
    cursor = JSON.parse(answer).page.next
  }
}

async function writeArticle({ ask, write }: Files, format: FolderFormat, card: Card): Promise<void> {
  const path = `/v1/articles/${card.id}`
  const name = fileNameOf(card)
  if (format === 'markdown')
    await write([`${name}.md`], markdownFile(JSON.parse(await ask(`${path}?body=markdown`))))
  else if (format === 'ninjs') await write([`${name}.json`], await ask(`${path}/ninjs`))
  else await write(['v1', 'articles', `${name}.json`], await ask(path))
}

/** What a static site needs beside its articles. */
async function writeSite(files: Files, reader: Reader): Promise<void> {
  const { ask, askIfThere, write } = files
  const writePages = async (
    folder: readonly string[],
    path: string,
    onPage: (answer: string) => Promise<void> = async () => {},
  ) => {
    let number = 0
    for await (const answer of answerPages(ask, path)) {
      number += 1
      await write([...folder, `${number}.json`], answer)
      await onPage(answer)
    }
  }
  await writePages(['v1', 'lists', 'articles'], '/v1/articles?limit=20')
  for (const kind of ['section', 'tag', 'author'] as const) {
    const folder = ['v1', 'lists', `${kind}s`]
    await writePages(folder, `/v1/${kind}s?limit=100`, async (answer) => {
      for (const term of JSON.parse(answer).data as { slug: string; id: string }[]) {
        const list = `/v1/articles?limit=20&${kind}=${encodeURIComponent(term.slug)}`
        await writePages([...folder, fileNameOf(term)], list)
      }
    })
  }
  let after: string | undefined = ''
  while (after !== undefined) {
    const rows: { id: string; key: string }[] = await reader.exports.listRows('collections', after, 100)
    for (const { id, key } of rows)
      await write(
        ['v1', 'collections', `${fileNameOf({ id, slug: key })}.json`],
        await ask(`/v1/collections/${encodeURIComponent(key)}`),
      )
    after = rows.at(-1)?.id
  }
  for (const path of siteFiles) {
    const answer = await askIfThere(`/${path}`)
    if (answer !== undefined) await write(path.split('/'), answer)
  }
}

const siteFiles = [
  ...['feeds/articles.rss', 'feeds/articles.atom', 'feeds/articles.json', 'sitemaps/index.xml'],
  ...['sitemaps/news.xml', 'ads.txt', 'app-ads.txt', 'sellers.json', 'robots.txt'],
]
