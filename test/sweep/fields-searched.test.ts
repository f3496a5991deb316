import { describe, expect, it } from 'vitest'
import type { Principal, Sent } from './client.ts'
import { faultsIn } from './faults.ts'
import { comparable } from './invariants.ts'
import { describedAt, isReading, type Operation } from './operations.ts'
import { askerNamed } from './principals.ts'
import { mostShown, nameOf } from './requests.ts'
import { type SampleParts, sampleOf, withCanaries } from './samples.ts'
import { bodySchema, formOf, membersOf } from './schemas.ts'
import { type Sweep, startSweep } from './sweep.ts'

const mostAttempts = 10

type Members = Record<string, unknown>

describe('every field', () => {
  it('that can be written is read back, and no search of the public finds what it is not shown', async () => {
    const sweep = await startSweep()
    const { operations, askers, client, faults, server, zoo } = sweep
    const nobody = askerNamed(askers, 'nobody')
    const making = operations.filter(
      ({ method, path, described }) =>
        method === 'POST' && described?.responses?.['201'] && describedAt('GET', `${path}/{id}`),
    )
    const words: { word: string; place: string }[] = []
    let fields = 0
    for (const operation of making) {
      const { sent, made } = await makeWithCanaries(sweep, operation)
      const { body } = await server.app.inject({
        method: 'GET',
        url: `${operation.path}/${made.id}`,
        headers: Object.fromEntries(askerNamed(askers, 'admin').headers),
      })
      const read = JSON.parse(body) as Members
      for (const [name, value] of Object.entries(sent)) {
        fields += 1
        const own = canariesIn(value)
        const lost = own.filter((word) => !JSON.stringify(read[name] ?? null).includes(word))
        if (lost.length > 0) faults.push(`${nameOf(operation)}: ${name} is read back without ${lost}`)
        words.push(...own.map((word) => ({ word, place: `${name} of ${nameOf(operation)}` })))
      }
      const members = [...membersOf(formOf(bodySchema(operation) ?? {}, sent)).keys()]
      const missing = members.filter((name) => !(name in sent))
      if (missing.length > members.length / 2) faults.push(`${nameOf(operation)} was made without ${missing}`)
    }

    // What is public of an article is found by what is shown of it, and by nothing else.
    const articles = making.find(({ path }) => path === '/manage/v1/articles')
    if (!articles) throw new Error('articles are not made any more')
    const { sent, made } = await makeWithCanaries(sweep, articles, ['embargoUntil'])
    await zoo.write('POST', `/articles/${made.id}/publish`)
    const { body: delivered } = await server.app.inject(`/v1/articles/${made.id}`)
    for (const [name, value] of Object.entries(sent))
      for (const word of canariesIn(value))
        if (!delivered.includes(word)) words.push({ word, place: `${name}, which is not delivered` })

    const open = operations.filter(
      (operation) => !operation.isGuarded && operation.described && isReading(operation),
    )
    for (const operation of open) await searchEach(sweep, nobody, operation, words)
    sweep.report('Fields searched', { fields, words: words.length, open: open.length })
    expect(client.count()).toBeGreaterThan(1_000)
    expect(words.length).toBeGreaterThan(20)
    expect(faults.slice(0, mostShown)).toEqual([])
  }, 120_000)
})

/** Searches for each word, in one operation, and for one like it that stands nowhere: the answers are the same bytes. */
async function searchEach(
  { client, faults, targets, check }: Sweep,
  nobody: Principal,
  operation: Operation,
  words: readonly { word: string; place: string }[],
): Promise<void> {
  const { method } = operation
  const target = await targets.existing(operation)
  const search = (word: string): Sent => ({
    method,
    target: `${target}${target.includes('?') ? '&' : '?'}q=${word}`,
  })
  const answers = await client.injectAll(words.map(({ word }) => [nobody, search(word)]))
  const others = await client.injectAll(words.map(({ word }) => [nobody, search(nowhere(word))]))
  check([...answers, ...others])
  for (const [index, answer] of answers.entries()) {
    const { word, place } = words[index] ?? { word: '', place: '' }
    const other = others[index]
    if (other && comparable(answer, [word]) !== comparable(other, [nowhere(word)]))
      faults.push(`${nameOf(operation)} finds ${place}: ${answer.text} | ${other.text}`)
  }
}

/** A word of the same form that stands nowhere. */
function nowhere(word: string): string {
  return 'q'.repeat(word.length)
}

function canariesIn(value: unknown): string[] {
  return JSON.stringify(value ?? null).match(/cnry[a-z]{16}/g) ?? []
}

/**
 * Makes something with a canary in every text that takes one. What the program refuses as not of its form gets the
 * value of the example in its place, or is left out.
 */
async function makeWithCanaries(
  { canaries, client, askers, targets, zoo }: Sweep,
  operation: Operation,
  without: readonly string[] = [],
): Promise<{ sent: Members; made: { id: string } }> {
  const schema = bodySchema(operation) ?? {}
  const example = (await targets.fillBody(operation)) as Members
  const parts: SampleParts = { canaries, idOf: (kind) => zoo.ids.get(kind) }
  const sent: Members = {}
  for (const [name, member] of membersOf(schema)) {
    if (without.includes(name)) continue
    const isStructure = typeof example[name] === 'object'
    sent[name] = isStructure ? withCanaries(example[name], name, canaries) : sampleOf(member, name, parts)
  }
  const replaced = new Set<string>()
  for (let attempt = 1; ; attempt += 1) {
    const target = await targets.parent(operation)
    const headers = [['content-type', 'application/json']] as const
    const body = JSON.stringify(sent)
    const [answer] = await client.injectAll([
      [askerNamed(askers, 'admin'), { method: 'POST', target, headers, body }],
    ])
    if (answer?.status === 201) return { sent, made: JSON.parse(answer.text) }
    const places = faultsIn(answer?.text ?? '').map(({ pointer = '' }) => pointer.slice(1).split('/'))
    if (places.length === 0 || attempt > mostAttempts)
      throw new Error(`${nameOf(operation)} ${body}: ${answer?.text}`)
    for (const path of places) {
      const last = path.at(-1) ?? ''
      const owner = path.slice(0, -1).reduce<Members>((at, name) => (at[name] ?? {}) as Members, sent)
      const [top = ''] = path
      const known =
        path.length === 1 ? (membersOf(schema).get(top)?.examples?.[0] ?? example[top]) : undefined
      if (known === undefined || replaced.has(path.join('/'))) delete owner[last]
      else owner[last] = known
      replaced.add(path.join('/'))
    }
  }
}
