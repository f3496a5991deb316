import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer, startServer } from '../support/server.ts'
import { makeDrafts, planFor } from './planned.ts'

const base = '/manage/v1/articles'
const articles = 60
const overMs = 2_500
/** A schedule that is moved is moved by so much, or so far that it is not seen here. */
const laterMs = 1_000
const farMs = 3_600_000
/** When an edit is sent, against the instant that was planned. */
const offsets = [-1, 0, 1]

/** What the editor was told. */
interface Told {
  readonly status: number
  readonly body: { readonly [member: string]: unknown }
}

/** What became of the article in the end. */
interface Outcome {
  readonly plannedAt: number
  readonly told: Told
  /** When it was published, in milliseconds since 1970: each time. */
  readonly published: readonly number[]
  /** The title that the public sees; undefined when it sees nothing. */
  readonly publicTitle: string | undefined
  readonly status: string
  readonly scheduledAt: string | null
}

interface Edit {
  readonly name: string
  readonly send: (plannedAt: number) => { method: string; action: string; body?: object }
  /** With the version of the schedule that it is about. */
  readonly isConditional: boolean
  readonly check: (outcome: Outcome) => void
}

/** The schedule was carried out before the edit came, which changed nothing. */
function expectOld({ plannedAt, published, status, publicTitle }: Outcome): void {
  expect(published).toHaveLength(1)
  expect(published[0]).toBeGreaterThanOrEqual(plannedAt)
  expect([status, publicTitle]).toEqual(['published', expect.stringMatching(/^Planned \d+$/)])
}

/** The editor was refused, and told what is: what was planned has happened. */
function expectRefused(outcome: Outcome): void {
  const { status, body } = outcome.told
  if (status === 412) expect(body).toMatchObject({ code: 'version-mismatch', currentVersion: 3 })
  else {
    expect([status, body.code]).toEqual([409, 'invalid-transition'])
    expect(body.detail).toContain('published')
  }
  expectOld(outcome)
}

function expectCancelled({ published, publicTitle, status, scheduledAt }: Outcome): void {
  expect([published, publicTitle, status, scheduledAt]).toEqual([[], undefined, 'draft', null])
}

const cancel = (isConditional: boolean): Edit => ({
  name: `cancel${isConditional ? ' a version' : ''}`,
  send: () => ({ method: 'POST', action: '/unschedule' }),
  isConditional,
  check: (outcome) => (outcome.told.status === 200 ? expectCancelled(outcome) : expectRefused(outcome)),
})

const move = (ms: number, isConditional: boolean): Edit => ({
  name: `move by ${ms} ms${isConditional ? ' a version' : ''}`,
  send: (plannedAt) => ({
    method: 'POST',
    action: '/publish',
    body: { at: new Date(plannedAt + ms).toISOString() },
  }),
  isConditional,
  check(outcome) {
    const { told, published, plannedAt, status } = outcome
    if (told.status !== 200) return expectRefused(outcome)
    const movedTo = plannedAt + ms
    expect(told.body.scheduledAt).toBe(new Date(movedTo).toISOString())
    // Who says nothing of a version may come after the first plan was carried out, and so makes a second one.
    if (told.body.status === 'published') {
      expect(isConditional).toBe(false)
      expectOld(outcome)
      expect(published[0]).toBeLessThan(movedTo)
      return
    }
    expect(told.body.status).toBe('scheduled')
    if (ms === farMs) return expect([published, status]).toEqual([[], 'scheduled'])
    expectOld({ ...outcome, plannedAt: movedTo })
  },
})

const rename: Edit = {
  name: 'rename',
  send: () => ({ method: 'PATCH', action: '', body: { title: 'Renamed' } }),
  isConditional: true,
  check(outcome) {
    if (outcome.told.status !== 200) return expectRefused(outcome)
    expect([outcome.published.length, outcome.publicTitle]).toEqual([1, 'Renamed'])
  },
}

const edits: readonly Edit[] = [
  cancel(false),
  cancel(true),
  move(laterMs, false),
  move(laterMs, true),
  move(farMs, false),
  move(farMs, true),
  rename,
]

/** Waits for an instant to the millisecond. */
async function until(ms: number): Promise<void> {
  await sleep(Math.max(0, ms - Date.now() - 5))
  while (Date.now() < ms) await nextTurn()
}

it('has the old outcome or the new one when it is edited at its very instant on another instance', async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, LOG_LEVEL: 'info' }
  const desk = await startServer({ databaseUrl })
  const [ids, other] = await Promise.all([makeDrafts(desk, articles), startServing(env)])
  const { port } = desk.app.server.address() as AddressInfo
  const urls = [other.url, `http://127.0.0.1:${port}`]
  const start = Date.now() + 2_000
  const planned = ids.map((id, index) => ({
    id,
    plannedAt: Math.trunc(start + (index / articles) * overMs),
    edit: edits[index % edits.length] ?? rename,
    offset: offsets[Math.trunc(index / edits.length) % offsets.length] ?? 0,
    url: urls[index % urls.length] ?? '',
  }))
  await Promise.all(planned.map(({ id, plannedAt }) => planFor(desk, id, plannedAt)))
  expect(Date.now(), 'planned in time').toBeLessThan(start)

  const told = await Promise.all(
    planned.map(async ({ id, plannedAt, edit, offset, url }): Promise<Told> => {
      const { method, action, body } = edit.send(plannedAt)
      await until(plannedAt + offset)
      const answer = await fetch(`${url}${base}/${id}${action}`, {
        method,
        headers: {
          ...bearer(),
          ...(edit.isConditional && { 'if-match': '"2"' }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: (await answer.json()) as Told['body'] }
    }),
  )
  await sleep(start + overMs + laterMs + 700 - Date.now())

  const { changes, stored, shown } = await desk.engine.snapshot(async ({ sql, tables: t }) => ({
    changes: await sql.select().from(t.changes).orderBy(t.changes.seq),
    stored: await sql
      .select({ id: t.articles.id, status: t.articles.status, scheduledAt: t.articles.scheduledAt })
      .from(t.articles),
    shown: await sql
      .select({ id: t.publishedArticles.id, title: t.publishedArticles.title })
      .from(t.publishedArticles),
  }))
  for (const [index, { id, plannedAt, edit, offset }] of planned.entries()) {
    const article = stored.find((row) => row.id === id)
    const answer = told[index] ?? { status: 0, body: {} }
    const outcome: Outcome = {
      plannedAt,
      told: answer,
      published: changes
        .filter(({ type, subjectId }) => type === 'article.published' && subjectId === id)
        .map(({ at }) => Date.parse(at)),
      publicTitle: shown.find((row) => row.id === id)?.title,
      status: article?.status ?? '',
      scheduledAt: article?.scheduledAt ?? null,
    }
    try {
      edit.check(outcome)
    } catch (error) {
      const what = `${edit.name}, sent at ${offset} ms: ${JSON.stringify(outcome)}`
      throw new Error(`${what}\n${String(error)}`, { cause: error })
    }
  }
}, 60_000)
