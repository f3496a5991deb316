import { hiddenIds, linkable, type Step, type Story } from './story.ts'

/** What only the twin has beside articles. */
export const secretLists = { makeTerm, renameTerm, makeToken, collect } as const satisfies Readonly<
  Record<string, Step>
>

const hiddenKinds = ['tag', 'author'] as const

/** A tag or an author of nothing public. */
async function makeTerm({ dice, secrets, inTwin }: Story): Promise<void> {
  const kind = dice.pick(hiddenKinds)
  const { id } = await inTwin((desk) => desk.write('POST', `/${kind}s`, { name: desk.secret() }))
  secrets[`${kind}Ids`].push(id)
}

async function renameTerm(story: Story): Promise<unknown> {
  const kind = story.dice.pick(hiddenKinds)
  const ids = story.secrets[`${kind}Ids`]
  if (ids.length === 0) return makeTerm(story)
  const path = `/${kind}s/${story.dice.pick(ids)}`
  return story.inTwin((desk) => desk.write('PATCH', path, { name: desk.secret(), slug: desk.secret() }))
}

function makeToken({ dice, inTwin }: Story): Promise<unknown> {
  return inTwin(async (desk) => {
    const made = await desk.write('POST', '/tokens', {
      name: desk.secret(),
      role: dice.pick(['writer', 'editor']),
    })
    await desk.write('POST', `/tokens/${made.id}/rotate`)
    if (dice.chance(50)) await desk.write('DELETE', `/tokens/${made.id}`)
    return made
  })
}

/** Puts what is not public into a public list. */
async function collect({ dice, cast, secrets, inTwin }: Story): Promise<unknown> {
  if (cast.collections.length === 0) return undefined
  const { id, items } = dice.pick(cast.collections)
  const hidden = dice.some(hiddenIds(secrets), 4)
  const left = new Set(linkable(cast).map((article) => article.id))
  const kept = items.filter((articleId) => left.has(articleId))
  const mixed = [...hidden.slice(0, 2), ...kept, ...hidden.slice(2)].map((articleId) => ({ articleId }))
  return inTwin((desk) => desk.write('PATCH', `/collections/${id}`, { items: mixed }))
}
