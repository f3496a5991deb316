import { z } from 'zod'
import { adStatuses } from './ad.ts'
import { actorReference, articleStatuses, scheduleProblems } from './article.ts'
import { id, instant } from './text.ts'

/** What happens at an instant to an article, or to a placement of an ad, which its dates open and close. */
export const articleActions = ['publish', 'unpublish'] as const
export const placementActions = ['open', 'close'] as const
export const scheduleActions = [...articleActions, ...placementActions] as const
export type ScheduleAction = (typeof scheduleActions)[number]

export const scheduledAction = z
  .strictObject({
    at: instant,
    action: z
      .enum(scheduleActions)
      .describe(
        '`publish` and `unpublish` happen to an article, `open` and `close` to a placement of an ad.',
      ),
    article: z
      .strictObject({ id, title: z.string(), slug: z.string(), status: z.enum(articleStatuses) })
      .nullable()
      .describe('Null where it happens to a placement.'),
    placement: z
      .strictObject({
        id,
        slot: z.strictObject({ id, key: z.string() }),
        creative: z.strictObject({ id, title: z.string() }),
        status: z.enum(adStatuses).describe('A `paused` one is not shown, whatever its dates say.'),
      })
      .nullable()
      .describe('Null where it happens to an article.'),
    scheduledBy: actorReference.nullable().describe('Null for placements.'),
    problem: z
      .enum(scheduleProblems)
      .nullable()
      .describe('Why it was not done when its instant came; it waits for an editor then.'),
  })
  .meta({
    id: 'ScheduledAction',
    examples: [
      {
        at: '2030-01-09T08:00:00.000Z',
        action: 'publish',
        article: {
          id: '018ced2a-4000-7000-8000-00000000a001',
          title: 'Harbour bridge reopens',
          slug: 'harbour-bridge-reopens',
          status: 'scheduled',
        },
        placement: null,
        scheduledBy: { tokenId: '018ced2a-4000-7000-8000-00000000a101', name: 'desk', role: 'editor' },
        problem: null,
      },
      {
        at: '2030-01-16T08:00:00.000Z',
        action: 'close',
        article: null,
        placement: {
          id: '018ced2a-4000-7000-8000-00000000f001',
          slot: { id: '018ced2a-4000-7000-8000-00000000f201', key: 'article-rectangle' },
          creative: { id: '018ced2a-4000-7000-8000-00000000f101', title: 'Electric Scooter X' },
          status: 'active',
        },
        scheduledBy: null,
        problem: null,
      },
    ],
  })
