import { z } from 'zod'
import { actorReference, articleStatuses, scheduleProblems } from './article.ts'
import { id, instant } from './text.ts'

/** What happens to an article at an instant. */
export const scheduleActions = ['publish', 'unpublish'] as const

export const scheduledAction = z
  .strictObject({
    at: instant,
    action: z.enum(scheduleActions),
    article: z.strictObject({ id, title: z.string(), slug: z.string(), status: z.enum(articleStatuses) }),
    scheduledBy: actorReference.nullable(),
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
        scheduledBy: { tokenId: '018ced2a-4000-7000-8000-00000000a101', name: 'desk', role: 'editor' },
        problem: null,
      },
    ],
  })
