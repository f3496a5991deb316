import { bearer, type TestServer } from '../support/server.ts'
import type { Dice } from '../sweep/dice.ts'

interface Operation {
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly ifMatch?: string
}

/** What the desk knows of an article: as it was last answered. */
interface Known {
  status: string
  isTrashed: boolean
  sectionId: string
}

interface Answered {
  readonly results: readonly {
    readonly status: number
    readonly body: { readonly id: string; readonly status: string; readonly trashedAt: string | null } | null
  }[]
}

const batchSize = 100
const words = ['Harbour', 'Bridge', 'Storm', 'Élan', 'Мост', 'Night', 'Vote', 'Tide']

/**
 * Editors who do at random what can be done to articles, many things in one request and in random order. Answers how
 * many edits were accepted.
 */
export async function editAtRandom({ http }: TestServer, dice: Dice, wanted: number): Promise<number> {
  const articles = new Map<string, Known>()
  const sectionIds: string[] = []
  let [accepted, number] = [0, 0]

  async function send(operations: readonly Operation[]): Promise<Answered['results']> {
    const answer = await http.post('/manage/v1/batch').set(bearer()).send({ atomic: false, operations })
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
    const { results } = answer.body as Answered
    for (const [index, { status, body }] of results.entries()) {
      const { path, method } = operations[index] as Operation
      if (status >= 500) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`)
      if (status < 300) accepted += 1
      const id = body?.id ?? path.split('/')[2]?.split('?')[0] ?? ''
      if (method === 'DELETE' && status < 300) note(id, undefined, path.includes('permanent'))
      else if (status < 300 && body && path.startsWith('/articles')) note(id, body, false)
    }
    return results
  }

  function note(
    id: string,
    body: { status: string; trashedAt: string | null } | undefined,
    isPurged: boolean,
  ): void {
    if (isPurged) articles.delete(id)
    else {
      const known = articles.get(id) ?? { status: 'draft', isTrashed: false, sectionId: '' }
      articles.set(id, {
        ...known,
        ...(body && { status: body.status }),
        isTrashed: body ? body.trashedAt !== null : true,
      })
    }
  }

  const title = () => `${dice.pick(words)} ${dice.pick(words)} ${number++}`
  const act = (id: string, action: string, body?: object): Operation => ({
    method: 'POST',
    path: `/articles/${id}/${action}`,
    ...(body && { body }),
  })
  const change = (id: string, body: object): Operation => ({
    method: 'PATCH',
    path: `/articles/${id}`,
    body,
    ifMatch: '*',
  })
  const create = (): Operation => ({
    method: 'POST',
    path: '/articles',
    body: { title: title(), sectionId: dice.chance(80) ? dice.pick(sectionIds) : null },
  })

  /** Something that can be done to it; now and then something that cannot. */
  function anyEdit(id: string, { status, isTrashed }: Known): Operation {
    if (isTrashed)
      return dice.chance(85)
        ? act(id, 'restore')
        : { method: 'DELETE', path: `/articles/${id}?permanent=true`, ifMatch: '*' }
    const edits: (() => Operation)[] =
      status === 'published'
        ? [
            () => act(id, 'unpublish'),
            () => act(id, 'kill', { reason: title() }),
            () => act(id, 'corrections', { text: title() }),
            () => act(id, 'publish'),
            () => change(id, { slug: `moved-${number++}` }),
            () => change(id, { title: title() }),
            () => act(id, 'publish'),
          ]
        : status === 'killed'
          ? [() => act(id, 'revive'), () => ({ method: 'DELETE', path: `/articles/${id}`, ifMatch: '*' })]
          : [
              () => act(id, 'publish'),
              () => act(id, 'publish'),
              () => change(id, { sectionId: dice.pick(sectionIds) }),
              () => ({ method: 'DELETE', path: `/articles/${id}`, ifMatch: '*' }),
            ]
    return dice.chance(2) ? act(id, dice.pick(['restore', 'revive', 'unpublish'])) : dice.pick(edits)()
  }

  const sections = await send(
    Array.from({ length: 8 }, () => ({ method: 'POST', path: '/sections', body: { name: title() } })),
  )
  for (const { body } of sections) if (body) sectionIds.push(body.id)
  await send(Array.from({ length: batchSize }, create))
  while (accepted < wanted) {
    const known = [...articles]
    const operations = Array.from({ length: batchSize }, (): Operation => {
      if (dice.chance(8)) return create()
      if (dice.chance(2)) {
        const path = `/sections/${dice.pick(sectionIds)}`
        return { method: 'PATCH', path, body: { slug: `section-${number++}` }, ifMatch: '*' }
      }
      const [id, article] = dice.pick(known)
      return anyEdit(id, article)
    })
    await send(operations)
  }
  return accepted
}
