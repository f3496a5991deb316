import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bearer, startServer, type TestServer } from '../support/server.ts'

/**
 * Whatever is done to an article and its links, they stay in the order that the editor gave them, counted from 1
 * to n, each with its id for life and what it says; those whose target is not public are left out of delivery and
 * leave no gap. A model keeps the links in order; every step is done to both and compared.
 */

const base = '/manage/v1/articles'

interface Link {
  readonly id: string
  readonly title: string | null
  readonly articleId: string | null
}

class Model {
  readonly server: TestServer
  readonly articleId: string
  /** Articles to point at; every other one is public. */
  readonly targets: readonly string[]
  /** The links of the working copy, in order. */
  working: Link[] = []
  /** Those of what is public; null when the article is not. */
  published: Link[] | null = null

  constructor(server: TestServer, articleId: string, targets: readonly string[]) {
    this.server = server
    this.articleId = articleId
    this.targets = targets
  }

  get address(): string {
    return `${base}/${this.articleId}`
  }

  /** A link to the target of this number, where that is free; else to none. */
  newLink(target: number | null): { title: string | null; articleId: string | null } {
    const articleId = this.targets[target ?? -1] ?? null
    if (articleId !== null && !this.working.some((link) => link.articleId === articleId))
      return { title: null, articleId }
    titles += 1
    return { title: `Link ${titles}`, articleId: null }
  }

  async act(action: 'publish' | 'unpublish', status: number): Promise<void> {
    await this.server.http.post(`${this.address}/${action}`).set(bearer()).expect(status)
  }

  async compare(): Promise<void> {
    const { http } = this.server
    const { body } = await http.get(`${this.address}/related`).set(bearer()).expect(200)
    expect(
      body.data.map(({ id, title, articleId, position }: Link & { position: number }) => ({
        ...{ id, title, articleId, position },
      })),
    ).toEqual(this.working.map((link, index) => ({ ...link, position: index + 1 })))
    const answer = await http.get(`/v1/articles/${this.articleId}/related`)
    if (this.published === null) return void expect([404, 410]).toContain(answer.status)
    const shown = this.published.filter(
      ({ articleId }) => articleId === null || this.targets.indexOf(articleId) % 2 === 0,
    )
    expect(
      answer.body.data.map(({ id, position }: { id: string; position: number }) => ({ id, position })),
    ).toEqual(shown.map(({ id }, index) => ({ id, position: index + 1 })))
  }
}

let titles = 0

const number = fc.nat(1_000)

/** What an editor may do. Another step is another entry here: its arbitrary, and what it does to server and model. */
const steps = {
  replace: async (model: Model, { keep, add }: { keep: number[]; add: number }) => {
    const picked = keep.flatMap((pick) => model.working[pick % model.working.length] ?? [])
    const kept = [...new Set(picked)]
    const links = [...kept, ...Array.from({ length: add }, () => model.newLink(null))]
    const { body } = await model.server.http
      .put(`${model.address}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({ links })
      .expect(200)
    model.working = links.map((link, index) => ({ id: body.data[index].id, ...link }))
  },
  add: async (model: Model, { place, target }: { place: number | null; target: number | null }) => {
    const position = place === null ? undefined : (place % (model.working.length + 1)) + 1
    const link = model.newLink(target)
    const { body } = await model.server.http
      .post(`${model.address}/related`)
      .set(bearer())
      .send({ ...link, position })
      .expect(201)
    const index = (position ?? model.working.length + 1) - 1
    model.working = model.working.toSpliced(index, 0, { id: body.id, ...link })
  },
  change: async (
    model: Model,
    { pick, place, target }: { pick: number; place: number | null; target: number | null | undefined },
  ) => {
    const link = model.working[pick % model.working.length]
    if (link === undefined) return
    const position = place === null ? undefined : (place % model.working.length) + 1
    const patch = target === undefined ? {} : model.newLink(target)
    await model.server.http
      .patch(`${model.address}/related/${link.id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ ...patch, position })
      .expect(200)
    const index = position === undefined ? model.working.indexOf(link) : position - 1
    model.working = model.working.filter((other) => other !== link).toSpliced(index, 0, { ...link, ...patch })
  },
  remove: async (model: Model, { pick }: { pick: number }) => {
    const link = model.working[pick % model.working.length]
    if (link === undefined) return
    await model.server.http
      .delete(`${model.address}/related/${link.id}`)
      .set(bearer())
      .set('if-match', '*')
      .expect(204)
    model.working = model.working.filter((other) => other !== link)
  },
  edit: async (model: Model) => {
    await model.server.http
      .patch(model.address)
      .set(bearer())
      .set('if-match', '*')
      .send({ subtitle: 'Another' })
      .expect(200)
  },
  publish: async (model: Model) => {
    await model.act('publish', 200)
    model.published = [...model.working]
  },
  unpublish: async (model: Model) => {
    await model.act('unpublish', model.published === null ? 409 : 200)
    model.published = null
  },
}

const target = fc.option(fc.nat(5))

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      keep: fc.array(number, { maxLength: 8 }),
      add: fc.nat(3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('add' as const), place: fc.option(number), target }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      pick: number,
      place: fc.option(number),
      target: fc.oneof(fc.constant(undefined), target),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), pick: number }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('edit' as const, 'publish' as const, 'unpublish' as const),
    }),
  },
)

it('related links keep order, places and ids whatever editors do', { timeout: 120_000 }, async () => {
  const server = await startServer()
  const make = async (title: string): Promise<string> =>
    (await server.http.post(base).set(bearer()).send({ title }).expect(201)).body.id
  const targets: string[] = []
  for (let index = 0; index <= 5; index += 1) {
    const id = await make(`Target ${index}`)
    targets.push(id)
    if (index % 2 === 0) await server.http.post(`${base}/${id}/publish`).set(bearer()).expect(200)
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (sequence) => {
      const model = new Model(server, await make('Main'), targets)
      for (const { kind, ...input } of sequence) {
        await steps[kind](model, input as never)
        await model.compare()
      }
    }),
    { numRuns: 25 },
  )
})
