import { z } from 'zod'

/** What pages tell of the ads that they were delivered. */

export const adEventTypes = ['impression', 'viewable', 'click'] as const
export type AdEventType = (typeof adEventTypes)[number]

/** So many may be told at once. */
export const mostAdEvents = 100

/** A token as delivered ads carry it has 70 characters; what is longer is none. */
const longestToken = 200

/** Why an event is not counted. */
export const ignoredReasons = ['invalidToken', 'repeated', 'bot', 'prefetch', 'overload'] as const
export type IgnoredReason = (typeof ignoredReasons)[number]

const exampleToken = 'AYztKkAAcACAAAAAAADwAQGM7SpAAHAAgAAAAAAAoAEAAE0FZGVhZGJlZWZkZWFkYmVlZmRl'

const event = z.strictObject({
  token: z
    .string()
    .max(longestToken)
    .describe('The `token` of the placement, as it was delivered.')
    .meta({ examples: [exampleToken] }),
  type: z
    .enum(adEventTypes)
    .describe(
      '`impression`: it was put on the page; `viewable`: half of it was in view for a second; `click`: a reader followed it, and not by `/v1/ads/{placementId}/click`, which counts by itself.',
    ),
})
export type AdEvent = z.infer<typeof event>

export const adEventsInput = z
  .strictObject({ events: z.array(event).min(1).max(mostAdEvents) })
  .meta({ id: 'AdEvents', examples: [{ events: [{ token: exampleToken, type: 'impression' }] }] })

const count = z.int().min(0)

/** What became of the events of a request, in numbers. */
export const adEventsAnswer = z
  .strictObject({
    accepted: count.describe(
      'To be counted, within a second; those that another instance has counted already are found then.',
    ),
    ignored: z
      .strictObject({
        invalidToken: count.describe('Without a token of a delivered ad that is not older than 48 hours.'),
        repeated: count.describe('Told before, of the same ad on the same page and by the same reader.'),
        bot: count.describe('By a program that says that it is one.'),
        prefetch: count.describe('Of a page that the browser only fetches ahead.'),
        overload: count.describe('Beyond what is kept while the database is away.'),
      })
      .describe('Not counted, and why.'),
  })
  .meta({
    id: 'AdEventsAnswer',
    examples: [{ accepted: 1, ignored: { invalidToken: 0, repeated: 0, bot: 0, prefetch: 0, overload: 0 } }],
  })
export type AdEventsAnswer = z.infer<typeof adEventsAnswer>
