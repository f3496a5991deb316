import { type Cast, hiddenIds, linkable, type Story } from './story.ts'
import { phrase } from './words.ts'

/** Steps of sections, tags, authors and collections that both worlds take: all of them are live at once. */

const kinds = ['section', 'tag', 'author'] as const

function idsOf(cast: Cast, kind: (typeof kinds)[number]): string[] {
  return cast[`${kind}Ids`]
}

export async function makeTerm({ dice, cast, number, inBoth }: Story): Promise<void> {
  const kind = dice.pick(kinds)
  const name = `${phrase(dice, 2)} ${number()}`
  const { id } = await inBoth((desk) =>
    desk.write('POST', `/${kind}s`, { name, slug: `${kind}-${number()}` }),
  )
  idsOf(cast, kind).push(id)
}

export async function renameTerm(story: Story): Promise<unknown> {
  const { dice, cast, number, inBoth } = story
  const kind = dice.pick(kinds)
  const ids = idsOf(cast, kind)
  if (ids.length === 0) return makeTerm(story)
  const id = dice.pick(ids)
  const slug = dice.chance(50) ? { slug: `${kind}-renamed-${number()}` } : {}
  const change = { name: phrase(dice, 2), ...slug }
  return inBoth((desk) => desk.write('PATCH', `/${kind}s/${id}`, change))
}

export async function makeCollection(story: Story): Promise<void> {
  const { dice, cast, number, inBoth } = story
  const input = { key: `list-${number()}`, name: phrase(dice, 2) }
  const { id } = await inBoth((desk) => desk.write('POST', '/collections', input))
  cast.collections.push({ id, items: [] })
}

/** The same articles in both worlds, and before them, in the twin, those that only it has. */
export async function fillCollection(story: Story): Promise<unknown> {
  const { dice, cast, secrets, inBoth } = story
  if (cast.collections.length === 0) return makeCollection(story)
  const collection = dice.pick(cast.collections)
  collection.items = dice.some(linkable(cast), 6).map(({ id }) => id)
  const hidden = dice.some(hiddenIds(secrets), 3)
  const name = phrase(dice, 2)
  return inBoth((desk) => {
    const items = [...desk.only(hidden), ...collection.items].map((articleId) => ({ articleId }))
    return desk.write('PATCH', `/collections/${collection.id}`, { name, items })
  })
}

export async function makeSlot({ cast, dice, number, inBoth }: Story): Promise<void> {
  const place = dice.pick(['top', 'after-body', 'sidebar'])
  const input = { key: `slot-${number()}`, name: phrase(dice, 2), place }
  const { id } = await inBoth((desk) => desk.write('POST', '/ad-slots', input))
  cast.slotIds.push(id)
}
