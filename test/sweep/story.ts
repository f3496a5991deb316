import type { Desk, Thing } from './desk.ts'
import type { Dice } from './dice.ts'
import { drawIdsFrom } from './ids.ts'

/** An article that both worlds have. */
export interface PublicArticle {
  readonly id: string
  /** `reopened`: the twin alone works on what is gone in both. */
  state: 'public' | 'unpublished' | 'killed' | 'reopened' | 'purged'
  /**
   * True when the twin alone has written to it: its version is another there, and the public is told versions, so
   * that neither world publishes it again.
   */
  isSettled: boolean
}

/** What both worlds have. */
export interface Cast {
  readonly articles: PublicArticle[]
  readonly sectionIds: string[]
  readonly tagIds: string[]
  readonly authorIds: string[]
  readonly slotIds: string[]
  readonly collections: { readonly id: string; items: string[] }[]
}

/** Those that both worlds still have. */
export function linkable({ articles }: Cast): PublicArticle[] {
  return articles.filter(({ state }) => state !== 'purged' && state !== 'reopened')
}

/** What the twin alone has. */
export interface Secrets {
  /** As last answered. None of them is or was public. */
  readonly articles: Thing[]
  readonly tagIds: string[]
  readonly authorIds: string[]
}

/** Ids of the hidden articles that others may link to. */
export function hiddenIds({ articles }: Secrets): string[] {
  return articles.filter(({ trashedAt }) => trashedAt === null).map(({ id }) => id)
}

/** What happens in the two worlds, one step after the other; the clock is the same in both. */
export interface Story {
  readonly dice: Dice
  readonly cast: Cast
  readonly secrets: Secrets
  /** A number that only this step has. */
  number(): number
  /** Does it in both worlds at one instant and with the same ids; answers what the plain one says. */
  inBoth(work: (desk: Desk) => Promise<Thing>): Promise<Thing>
  /** Does it in the twin alone. */
  inTwin(work: (desk: Desk) => Promise<Thing>): Promise<Thing>
}

/** Something that happens. It may need what is not there yet, and then does something else. */
export type Step = (story: Story) => Promise<unknown>

interface StoryOptions {
  readonly plain: Desk
  readonly twin: Desk
  readonly dice: Dice
  /** Moves the clock of both. */
  readonly tick: () => void
}

export function beginStory({ plain, twin, dice, tick }: StoryOptions): Story {
  let step = 0

  async function act(desk: Desk, name: string, work: (desk: Desk) => Promise<Thing>): Promise<Thing> {
    drawIdsFrom(name)
    return work(desk)
  }

  return {
    dice,
    cast: { articles: [], sectionIds: [], tagIds: [], authorIds: [], slotIds: [], collections: [] },
    secrets: { articles: [], tagIds: [], authorIds: [] },
    number: () => step,

    async inBoth(work) {
      step += 1
      tick()
      const answer = await act(plain, `both ${step}`, work)
      const other = await act(twin, `both ${step}`, work)
      if (answer.id !== other.id) throw new Error(`step ${step} made ${answer.id} and ${other.id}`)
      return answer
    },

    async inTwin(work) {
      step += 1
      tick()
      return act(twin, `twin ${step}`, work)
    },
  }
}
