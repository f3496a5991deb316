import { describe, expect, it } from 'vitest'
import type { ArticleInput } from '../../src/contract/article.ts'
import { systemActor } from '../../src/contract/permissions.ts'
import { createArticle, patchArticle, replaceArticle } from '../../src/editorial/articles.ts'
import { duplicateArticle } from '../../src/editorial/duplicate.ts'
import { publishArticle } from '../../src/editorial/publishing.ts'
import { replaceRelatedLinks } from '../../src/editorial/related-links.ts'
import { pinRevision, restoreRevision } from '../../src/editorial/revisions.ts'
import { purgeArticle, restoreArticle, trashArticle } from '../../src/editorial/trash.ts'
import { unpublishArticle } from '../../src/editorial/withdrawing.ts'
import type { Writer } from '../../src/store/index.ts'
import { dump } from '../support/dump.ts'
import { startServer } from '../support/server.ts'

const settings = { siteLanguage: 'en' }
const body: ArticleInput['body'] = [
  {
    _type: 'block',
    style: 'normal',
    children: [{ _type: 'span', text: 'Text', marks: [] }],
    markDefs: [],
  },
]

/** A writer whose calls to the stores are counted, and of which the `failing` one throws after it was done. */
function failingAt(tx: Writer, failing: number): { tx: Writer; calls: () => number } {
  let calls = 0
  const wrapped = Object.entries(tx).map(([name, store]) => {
    if (typeof store !== 'object') return [name, store]
    const verbs = Object.entries(store).map(([verb, call]) => [
      verb,
      async (...args: unknown[]) => {
        const result: unknown = await (call as (...args: unknown[]) => unknown)(...args)
        calls += 1
        if (calls === failing) throw new Error(`after ${name}.${verb}`)
        return result
      },
    ])
    return [name, Object.fromEntries(verbs)]
  })
  return { tx: Object.fromEntries(wrapped), calls: () => calls }
}

type Verb = (tx: Writer, id: string) => Promise<unknown>

const verbs: readonly { name: string; from: 'draft' | 'published' | 'trashed'; verb: Verb }[] = [
  {
    name: 'replace',
    from: 'draft',
    verb: (tx, id) => replaceArticle(tx, systemActor, id, 'any', { title: 'New', slug: 'new' }, settings),
  },
  { name: 'trash', from: 'draft', verb: (tx, id) => trashArticle(tx, systemActor, id, 'any') },
  { name: 'restore', from: 'trashed', verb: (tx, id) => restoreArticle(tx, systemActor, id, 'any') },
  { name: 'purge', from: 'trashed', verb: (tx, id) => purgeArticle(tx, systemActor, id, 'any') },
  {
    name: 'duplicate',
    from: 'published',
    verb: (tx, id) => duplicateArticle(tx, systemActor, id, 'any', settings),
  },
  {
    name: 'restore a version',
    from: 'published',
    verb: (tx, id) => restoreRevision(tx, systemActor, id, 1, 'any'),
  },
  { name: 'pin a version', from: 'draft', verb: (tx, id) => pinRevision(tx, systemActor, id, 1, 'pinned') },
]

describe('a write that fails between any two of its steps', () => {
  it.each(verbs)('leaves everything as it was: $name', async ({ from, verb }) => {
    const { db, engine } = await startServer()
    const { id } = await db.write((tx) => createArticle(tx, systemActor, { title: 'Old', body }, settings))
    await db.write((tx) => patchArticle(tx, systemActor, id, 'any', { title: 'Two', slug: 'two' }, settings))
    await db.write((tx) =>
      replaceRelatedLinks(tx, systemActor, id, 'any', {
        links: [{ kind: 'related', title: 'L', excerpt: null, url: null, articleId: null }],
      }),
    )
    await db.write((tx) => publishArticle(tx, systemActor, id, 'any', {}))
    if (from !== 'published') await db.write((tx) => unpublishArticle(tx, systemActor, id, 'any'))
    if (from === 'trashed') await db.write((tx) => trashArticle(tx, systemActor, id, 'any'))
    const before = await dump(engine)
    const attempt = async (failing: number) => {
      let calls = 0
      const outcome = await db
        .write(async (tx) => {
          const failed = failingAt(tx, failing)
          await verb(failed.tx, id).finally(() => {
            calls = failed.calls()
          })
        })
        .then(
          () => 'done',
          (error: Error) => error.message,
        )
      return { calls, outcome }
    }
    let failing = 1
    for (; ; failing += 1) {
      const { calls, outcome } = await attempt(failing)
      if (calls < failing) {
        expect(outcome).toBe('done')
        break
      }
      expect(outcome).toMatch(/^after \w+\.\w+$/)
      expect(await dump(engine), outcome).toBe(before)
    }
    expect(failing).toBeGreaterThan(3)
    expect(await dump(engine)).not.toBe(before)
  })
})
