import type { Desk, Thing } from './desk.ts'
import { draft } from './secret-articles.ts'
import { hiddenIds, type Step, type Story } from './story.ts'

/** What ad managers of the twin do that no page of readers shows. */
export const secretAds = { placeHiddenAd, changeHiddenAd } as const satisfies Readonly<Record<string, Step>>

/** An ad on a draft, or on a tag of drafts alone, in a slot that both worlds have. */
async function placeHiddenAd(story: Story): Promise<unknown> {
  const { dice, cast, secrets } = story
  const scopes = [
    ...hiddenIds(secrets).map((id) => ({ type: 'article', id })),
    ...secrets.tagIds.map((id) => ({ type: 'tag', id })),
  ]
  if (cast.slotIds.length === 0 || scopes.length === 0) return draft(story)
  const [slotId, scope] = [dice.pick(cast.slotIds), dice.pick(scopes)]
  const advertiser = await story.inTwin((desk) => desk.write('POST', '/advertisers', { name: desk.secret() }))
  const creative = await story.inTwin((desk) =>
    desk.write('POST', '/creatives', creativeOf(desk, advertiser)),
  )
  return story.inTwin((desk) =>
    desk.write('POST', '/ad-placements', { slotId, creativeId: creative.id, scope, position: 2 }),
  )
}

function creativeOf(desk: Desk, { id }: Thing): object {
  return { advertiserId: id, title: desk.secret(), format: 'html', html: `<b>${desk.secret()}</b>` }
}

/** Pauses an advertiser whose ads nobody sees, or all ads of a draft. */
async function changeHiddenAd(story: Story): Promise<unknown> {
  const { dice, secrets } = story
  const ids = hiddenIds(secrets)
  if (ids.length === 0) return draft(story)
  const path = `/articles/${dice.pick(ids)}/ads`
  await story.inTwin((desk) => desk.write('POST', `${path}/pause`))
  return dice.chance(50) ? story.inTwin((desk) => desk.write('POST', `${path}/resume`)) : undefined
}
