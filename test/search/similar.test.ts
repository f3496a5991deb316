import { describe, expect, it } from 'vitest'
import { paragraphs, startDesk } from './editor.ts'
import { execute } from './raw.ts'

/** A corpus in which `the`, `of` and `said` tell nothing. */
const corpus = {
  bridge: [
    'Harbour bridge closed',
    'The bridge over the harbour was closed, the mayor said. Engineers found cracks in the pylons of the bridge.',
  ],
  reopened: [
    'Harbour bridge reopens',
    'The harbour bridge is open again, engineers said. The cracks in the pylons of the bridge were mended.',
  ],
  ferry: [
    'Ferries fill the gap',
    'The ferries across the harbour were full, the operator said, while the bridge was shut.',
  ],
  election: [
    'Council election is close',
    'The election of the council was close, officials said. Turnout was the highest of the decade.',
  ],
  recount: [
    'Recount in the council election',
    'Officials said the turnout of the election was counted anew. The council waits.',
  ],
  weather: ['Storm on the coast', 'The wind of the night broke trees, the weather service said.'],
  football: ['Late goal wins the derby', 'The striker of the home side scored, the coach said.'],
  cooking: ['Soup for the winter', 'The taste of leek and potato, the cook said.'],
}

async function fill() {
  const desk = await startDesk()
  const ids = new Map<string, string>()
  for (const [name, [title, text]] of Object.entries(corpus))
    ids.set(name, (await desk.make({ title, body: paragraphs(text ?? '') })).id)
  const names = new Map([...ids].map(([name, id]) => [id, name]))
  const similarTo = async (name: string, limit = 10) => {
    const found = await desk.db.read((reader) => reader.search.findSimilar(ids.get(name) ?? '', limit))
    return found.map(({ id, score }) => ({ name: names.get(id) ?? id, score }))
  }
  return { ...desk, ids, similarTo }
}

describe('articles like another', () => {
  it('are those that share the words which tell what it is about, the most like first', async () => {
    const { similarTo } = await fill()
    const like = await similarTo('bridge')
    expect(like.slice(0, 2).map(({ name }) => name)).toEqual(['reopened', 'ferry'])
    expect((await similarTo('election'))[0]?.name).toBe('recount')
    expect((await similarTo('recount'))[0]?.name).toBe('election')
    // What all have in common says nothing.
    const [best] = await similarTo('cooking')
    expect(best?.score ?? 0).toBeLessThan(0.1)
  })

  it('have a score from 0 to 1, and are no more than were asked for', async () => {
    const { similarTo, make, db, ids } = await fill()
    for (const name of ids.keys()) {
      const like = await similarTo(name)
      expect(like.map(({ name: other }) => other)).not.toContain(name)
      for (const [index, { score }] of like.entries()) {
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(like[index - 1]?.score ?? 1)
      }
    }
    expect(await similarTo('bridge', 1)).toHaveLength(1)
    const [title, text] = corpus.bridge
    const twin = await make({ title, body: paragraphs(text ?? '') })
    const found = await db.read((reader) => reader.search.findSimilar(twin.id, 1))
    expect(found).toEqual([{ id: ids.get('bridge'), score: 1 }])
  })

  it('are not in the trash, and there are none of an article that has no words or is not there', async () => {
    const { similarTo, engine, ids, make, db } = await fill()
    await execute(engine, `update articles set trashed_at = updated_at where id = '${ids.get('reopened')}'`)
    expect((await similarTo('bridge')).map(({ name }) => name)).not.toContain('reopened')
    const wordless = await make({ title: '!', slug: 'x' })
    expect(await db.read((reader) => reader.search.findSimilar(wordless.id, 5))).toEqual([])
    expect(await similarTo('nobody')).toEqual([])
  })
})
