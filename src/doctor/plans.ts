import { never } from '../contract/ad-window.ts'
import { passPlacementEdge } from '../editorial/ad-placements.ts'
import { carryOutSchedule } from '../editorial/scheduling.ts'
import type { Check } from './check.ts'

/** A server does what is planned within seconds; so long it may take one to start, in milliseconds. */
const lateMs = 300_000
const mostAtOnce = 100_000

/** What was planned and not done. */
export const schedule: Check = {
  name: 'schedule',
  async *find({ reader, now }) {
    const late = new Date(Date.parse(now) - lateMs).toISOString()
    for (const { what, id, at } of await reader.schedule.due(late, mostAtOnce)) {
      const work = what === 'article' ? carryOutSchedule : passPlacementEdge
      yield {
        what: `the ${what} ${id} should have changed at ${at}: no server ran, or it could not`,
        mend: async (db) => {
          const outcome = await db.write<string | undefined>((tx) => work(tx, id))
          return outcome && `did it: ${outcome}`
        },
      }
    }
  },
}

/** Placements of ads that are for nothing, or are kept by other dates than they have. */
export const placements: Check = {
  name: 'placements',
  async *find({ reader }) {
    for (const { id, scopeType } of await reader.inspection.findHomelessPlacements())
      yield {
        what: `the ad placement ${id} is for a ${scopeType} that is not there; delete it or place it anew`,
      }
    for (const { id } of await reader.inspection.findWrongEnds())
      yield {
        what: `the ad placement ${id} is over at another instant than it says`,
        mend: (db) =>
          db.write(async (tx) => {
            const placement = await tx.placements.find(id)
            if (placement === undefined) return undefined
            await tx.inspection.setOverAt(id, placement.endsAt ?? never)
            return 'kept its end'
          }),
      }
  },
}
