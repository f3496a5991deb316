import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { adPause } from '../contract/ad-choice.ts'
import { managedAdvertiser } from '../contract/advertiser.ts'
import { id } from '../contract/text.ts'
import { pauseArticleAds, resumeArticleAds } from '../editorial/ad-pauses.ts'
import { setAdvertiserStatus } from '../editorial/advertisers.ts'
import { ifMatchHeader, readIfMatch, versionTag } from '../http/preconditions.ts'
import type { AdPause } from '../store/ad-pauses.ts'
import type { Db } from '../store/index.ts'
import { adPermission, adTags } from './ad-resource.ts'
import { answerWrite } from './answers.ts'

const params = z.strictObject({ id })

/** All ads of an advertiser, or of an article, taken away and given back in one call, at once. */
export const manageAdPauses: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  for (const { verb, status, what } of [
    { verb: 'pause', status: 'paused', what: 'Show nothing of an advertiser' },
    { verb: 'resume', status: 'active', what: 'Show the ads of an advertiser again' },
  ] as const)
    app.post(
      `/advertisers/:id/${verb}`,
      {
        schema: {
          operationId: `${verb}Advertiser`,
          tags: adTags,
          summary: what,
          description:
            'In force with the next request. Placements stay as they are. Where it is so already, nothing changes.',
          params,
          headers: ifMatchHeader,
          response: { 200: managedAdvertiser },
        },
        config: { permission: adPermission, errors: ['version-mismatch'] },
      },
      async (request, reply) => {
        const expected = readIfMatch(request)
        return answerWrite(db, request, reply, async (tx) => {
          const { id } = request.params
          const advertiser = await setAdvertiserStatus(tx, request.actor, id, expected, status)
          return { status: 200, headers: { etag: versionTag(advertiser.version) }, body: advertiser }
        })
      },
    )

  app.post(
    '/articles/:id/ads/pause',
    {
      schema: {
        operationId: 'pauseArticleAds',
        tags: adTags,
        summary: 'Show no ads with an article',
        description:
          'In force with the next request, whatever they were placed on. It is no edit of the article: its version stays, and nothing is published.',
        params,
        headers: ifMatchHeader,
        response: { 200: adPause },
      },
      config: { permission: adPermission, errors: ['version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { id } = request.params
        const pause = await pauseArticleAds(tx, request.actor, id, expected)
        return { status: 200, body: pauseView(id, pause) }
      })
    },
  )

  app.post(
    '/articles/:id/ads/resume',
    {
      schema: {
        operationId: 'resumeArticleAds',
        tags: adTags,
        summary: 'Show the ads of an article again',
        description: 'In force with the next request. Where they are shown, nothing changes.',
        params,
        headers: ifMatchHeader,
        response: { 200: adPause },
      },
      config: { permission: adPermission, errors: ['version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { id } = request.params
        await resumeArticleAds(tx, request.actor, id, expected)
        return { status: 200, body: pauseView(id, undefined) }
      })
    },
  )
}

function pauseView(articleId: string, pause: AdPause | undefined): z.input<typeof adPause> {
  const { pausedAt = null, pausedBy = null } = pause ?? {}
  return { articleId, adsPaused: pause !== undefined, pausedAt, pausedBy }
}
