import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { jsonpatch } from 'json-p3'
import { expect, it } from 'vitest'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'

const text = fc.constantFrom('', 'One', 'Two', 'Élan', 'مرحبا', '漢字', '<b>&"', '\u2028', '𝄞 clef')
const block = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), text, fc.constantFrom('normal', 'h2', 'blockquote'))
  .map(([_key, words, style]) => ({
    _type: 'block',
    _key,
    style,
    children: [{ _type: 'span', _key: 's', text: words, marks: ['em'] }],
  }))
const body = fc.oneof(
  fc.uniqueArray(block, { selector: (one) => one._key, maxLength: 5 }),
  fc.constant([{ _type: 'horizontal-rule', _key: 'a' }]),
  // Without keys: they are made, and must come back all the same.
  fc
    .array(text, { maxLength: 3 })
    .map((texts) => texts.map((words) => ({ _type: 'block', children: [{ _type: 'span', text: words }] }))),
)
const customValue = fc.oneof(
  text,
  fc.integer(),
  fc.constantFrom(null, true, false),
  fc.array(fc.oneof(text, fc.nat(3)), { maxLength: 4 }),
  fc.dictionary(fc.constantFrom('x', 'y/z', ''), fc.oneof(text, fc.constant(null)), {
    noNullPrototype: true,
  }),
)
const links = fc.uniqueArray(fc.constantFrom('L1', 'L2', 'L3', 'L4', 'L5'), { maxLength: 5 })

type Step =
  | { readonly kind: 'patch' | 'put'; readonly input: object }
  | { readonly kind: 'links'; readonly titles: readonly string[]; readonly keep: boolean }
  | { readonly kind: 'publish' | 'unpublish' | 'trash' }

const member = fc.record(
  {
    title: fc.constantFrom('First', 'Second', 'Third'),
    slug: fc.constantFrom('first', 'second', 'third'),
    subtitle: fc.option(text),
    excerpt: fc.option(text),
    language: fc.constantFrom('en', 'fr-CA'),
    credit: fc.option(text),
    source: fc.option(fc.record({ name: fc.option(text) })),
    seo: fc.record({ title: fc.option(text) }),
    externalIds: fc.dictionary(fc.constantFrom('wire', 'cms'), fc.constantFrom('1', '2')),
    flags: fc.record({ sensitive: fc.boolean() }),
    custom: fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e'), customValue),
    body,
  },
  { requiredKeys: [] },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: member.map((input) => ({ kind: 'patch' as const, input })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(member, fc.constantFrom('First', 'Fourth'))
      .map(([input, title]) => ({ kind: 'put' as const, input: { title, ...input } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(links, fc.boolean())
      .map(([titles, keep]) => ({ kind: 'links' as const, titles, keep })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('publish', 'unpublish', 'trash').map((kind) => ({ kind }) as Step),
  },
)

/** The article as an editor reads it now, in the form of a snapshot. */
async function read({ http }: TestServer, url: string) {
  const { body: article } = await http.get(url).set(bearer()).expect(200)
  const { body: related } = await http.get(`${url}/related`).set(bearer()).expect(200)
  const { title, slug, subtitle, excerpt, language, sectionId, tagIds, authors } = article
  const { credit, source, externalIds, seo, embargoUntil, flags, custom, body: blocks } = article
  const content = {
    ...{ title, slug, subtitle, excerpt, language, sectionId, tagIds, authors },
    ...{ credit, source, externalIds, seo, embargoUntil, flags, custom, body: blocks },
  }
  const links = related.data.map(
    ({ target: _, delivered: _delivered, notDeliveredBecause: _why, ...link }: Record<string, unknown>) =>
      link,
  )
  return { article, snapshot: { ...content, related: links } }
}

async function take({ http }: TestServer, url: string, step: Step, known: Map<string, string>) {
  const ifMatch = { ...bearer(), 'if-match': '*' }
  if (step.kind === 'patch') await http.patch(url).set(ifMatch).send(step.input).expect(200)
  else if (step.kind === 'put') await http.put(url).set(ifMatch).send(step.input).expect(200)
  else if (step.kind === 'links') {
    const { body: now } = await http.get(`${url}/related`).set(bearer()).expect(200)
    const present = new Set(now.data.map((link: { id: string }) => link.id))
    const list = step.titles.map((title) => {
      const id = known.get(title)
      return { title, ...(step.keep && id !== undefined && present.has(id) ? { id } : {}) }
    })
    const { body } = await http.put(`${url}/related`).set(ifMatch).send({ links: list }).expect(200)
    for (const { id, title } of body.data) known.set(title, id)
  } else if (step.kind === 'trash') {
    const { status } = await http.delete(url).set(ifMatch)
    if (status === 204) await http.post(`${url}/restore`).set(bearer()).expect(200)
  } else await http.post(`${url}/${step.kind}`).set(bearer())
}

it('keeps each version of any history whole: it is read, compared and restored exactly', async () => {
  const server = await startServer()
  const { http } = server
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 7 }),
      fc.array(fc.nat()),
      async (steps, picks) => {
        const { body: made } = await http.post(base).set(bearer()).send({ title: 'Start' }).expect(201)
        const url = `${base}/${made.id}`
        const known = new Map<string, string>()
        const seen = new Map<number, object>()
        const note = async () => {
          const { article, snapshot } = await read(server, url)
          seen.set(article.version, snapshot)
          return article
        }
        await note()
        for (const one of steps) {
          // Slugs of other runs are taken for good once they were public.
          const own = JSON.parse(
            JSON.stringify(one).replace(
              /"slug":"([^"]*)"/,
              (_, slug) => `"slug":"${slug}-${made.id.slice(-12)}"`,
            ),
          )
          await take(server, url, own, known)
          await note()
        }
        const revisionOf = async (version: number) =>
          (await http.get(`${url}/revisions/${version}`).set(bearer()).expect(200)).body.snapshot
        const versions = [...seen.keys()]
        for (const version of versions) expect(await revisionOf(version)).toEqual(seen.get(version))

        const pick = (index: number) => versions[(picks[index] ?? index) % versions.length] ?? 1
        for (const version of [...new Set([pick(0), pick(1), pick(2)])]) {
          const before = await read(server, url)
          const live = await http.get(`/v1/articles/${made.id}`)
          await http.post(`${url}/revisions/${version}/restore`).set(bearer()).expect(200)
          const { article, snapshot } = await read(server, url)
          expect(snapshot).toEqual(seen.get(version))
          expect(article.version).toBe(before.article.version + 1)
          expect(article.status).toBe(before.article.status)
          const still = await http.get(`/v1/articles/${made.id}`)
          expect([still.status, { ...still.body, requestId: '' }]).toEqual([
            live.status,
            { ...live.body, requestId: '' },
          ])
          if (article.publishedVersion !== null)
            expect(article.hasUnpublishedChanges).toBe(
              !isDeepStrictEqual(snapshot, seen.get(article.publishedVersion)),
            )
          const { body: patch } = await http
            .get(`${url}/diff?from=${before.article.version}`)
            .set(bearer())
            .expect(200)
          expect(jsonpatch.apply(patch, before.snapshot as never)).toEqual(snapshot)
        }
      },
    ),
    { numRuns: 12 },
  )
}, 120_000)
