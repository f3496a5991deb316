import fc from 'fast-check'
import { expect, it } from 'vitest'
import { paragraphs, startDesk } from '../search/editor.ts'
import { bearer, startServer } from '../support/server.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const articles = 24
const queries = [
  'sort=-publishedAt',
  'sort=publishedAt',
  'sort=-updatedAt',
  'sort=title',
  'q=storm',
  'q=storm%20harb',
  'q=storm&sort=title',
  'language=en&sort=title',
]

/** What editors do between two pages, to some of the articles that are not to stay. */
const edits = fc.array(
  fc.record({ what: fc.constantFrom('publish', 'unpublish', 'again', 'draft'), which: fc.nat(articles) }),
  { minLength: 1, maxLength: 3 },
)

it('is walked, while editors publish and take back, so that every article that stays is met once', {
  timeout: 120_000,
}, async () => {
  const server = await startServer({ clock: start, env: { LOG_LEVEL: 'warn' } })
  const { http, make, publish, patch, setClock } = await startDesk(server)
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  let minutes = 0
  const tick = () => {
    minutes += 1
    // Now and then two at one instant.
    setClock(start + Math.floor(minutes / 2) * 60_000)
  }
  const newArticle = async (number: number): Promise<string> => {
    tick()
    const body = paragraphs(`storm ${'storm '.repeat(number % 4)}`)
    const title = `${['Harbour', 'Bridge', 'Élan', 'zebra'][number % 4]} ${number % 7} storm`
    const { id } = await make({ title, body })
    await publish(id)
    return id
  }
  const staying: string[] = []
  const moving: string[] = []
  for (let number = 0; number < articles; number += 1)
    (number % 3 === 0 ? moving : staying).push(await newArticle(number))

  let number = articles
  for (const [index, query] of queries.entries()) {
    const steps = fc.sample(edits, { numRuns: articles, seed: seed + index })
    // What is there when the walk begins, and stays.
    const { body: first } = await http.get(`/v1/articles?${query}&limit=100&fields=id`).expect(200)
    const there = new Set(first.data.map((card: { id: string }) => card.id))
    const expected = staying.filter((id) => there.has(id))
    expect(expected.length).toBeGreaterThan(2)
    const seen: string[] = []
    let url: string | undefined = `/v1/articles?${query}&limit=3&fields=id`
    for (let page = 0; url; page += 1) {
      const answer: { body: { data: { id: string }[] }; headers: Record<string, string> } = await http
        .get(url)
        .expect(200)
      seen.push(...answer.body.data.map((card) => card.id))
      url = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1]
      for (const { what, which } of steps[page] ?? []) {
        tick()
        const id = moving[which % moving.length] ?? ''
        const action = (name: string) => http.post(`/manage/v1/articles/${id}/${name}`).set(bearer())
        if (what === 'publish') moving.push(await newArticle(number++))
        else if (what === 'draft') await make({ title: 'A draft of a storm', body: paragraphs('storm') })
        else if (what === 'unpublish') await action('unpublish')
        else {
          await patch(id, { title: `Azure storm ${number++}` })
          await action('publish').expect(200)
        }
      }
    }
    const stayed = seen.filter((id) => expected.includes(id))
    expect(stayed.toSorted(), `SEED=${seed} ${query}`).toEqual(expected.toSorted())
  }
})
