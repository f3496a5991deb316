import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseQuery } from '../../src/search/query.ts'
import { engineName } from '../support/database.ts'
import { paragraphs, startDesk } from './editor.ts'
import { field, isFound, type ModelField, modelQuery } from './model.ts'

const articles = 200
const searches = engineName === 'sqlite' ? 300 : 150

it(`finds in ${articles} articles what a plain model of it finds, for ${searches} searches`, {
  timeout: 120_000,
}, async () => {
  const { db, make, patch } = await startDesk()
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const [titles, subtitles, excerpts, bodies] = [field(5, 1), field(4), field(6), field(25)].map(
    (arbitrary, index) => fc.sample(arbitrary, { numRuns: articles, seed: seed + index }),
  ) as [ModelField[], ModelField[], ModelField[], ModelField[]]
  const known = new Map<string, readonly ModelField[]>()
  for (let index = 0; index < articles; index += 1) {
    const [title, subtitle, excerpt, body] = [titles, subtitles, excerpts, bodies].map(
      (list) => list[index] as ModelField,
    ) as [ModelField, ModelField, ModelField, ModelField]
    const { id } = await make({ title: 'first', slug: `x${index}`, body: paragraphs('first') })
    await patch(id, {
      title: title.text,
      subtitle: subtitle.text,
      excerpt: excerpt.text,
      body: paragraphs(body.text),
    })
    known.set(id, [title, subtitle, excerpt, body])
  }
  let sum = 0
  for (const { typed, terms } of fc.sample(modelQuery, { numRuns: searches, seed })) {
    const expected = [...known].filter(([, fields]) => isFound(fields, terms)).map(([id]) => id)
    const search = parseQuery(typed)
    for (const sort of ['-updatedAt', 'relevance'] as const) {
      const found = await db.read((reader) => reader.articles.list({ search, sort, limit: articles }))
      expect(found.items.map((item) => item.id).sort(), `SEED=${seed} ${sort}: ${typed}`).toEqual(
        expected.sort(),
      )
    }
    expect(await db.read((reader) => reader.articles.countListed({ search }))).toBe(expected.length)
    sum += expected.length
  }
  // The run is worth something only when searches find something, and not everything.
  expect(sum / searches / articles).toBeGreaterThan(0.01)
  expect(sum / searches / articles).toBeLessThan(0.9)
})
