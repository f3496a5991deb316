import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { correctionInput, killInput, publishInput } from '../contract/article-actions.ts'
import { managedArticle } from '../contract/managed-article.ts'
import type { Permission } from '../contract/permissions.ts'
import { id } from '../contract/text.ts'
import { actions, describeTransition } from '../contract/workflow.ts'
import { correctArticle } from '../editorial/corrections.ts'
import { publishArticle } from '../editorial/publishing.ts'
import { type ReviewAction, reviewArticle } from '../editorial/review.ts'
import { unscheduleArticle } from '../editorial/scheduling.ts'
import { killArticle, unpublishArticle } from '../editorial/withdrawing.ts'
import { ifMatchHeader, readIfMatch } from '../http/preconditions.ts'
import { noBody } from '../http/validation.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'
import { changedArticle } from './views.ts'

const params = z.strictObject({ id })

const reviews: readonly { action: ReviewAction; summary: string }[] = [
  { action: 'submit', summary: 'Submit a draft for review' },
  { action: 'approve', summary: 'Approve an article in review' },
  { action: 'reject', summary: 'Send an article in review back to its writer' },
  { action: 'revive', summary: 'Make a killed article a draft again' },
]

/** The states of an article and what leads from one to another; see `contract/workflow.ts`. */
export const manageWorkflow: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  /** The parts of a route that all actions share. */
  const described = (action: keyof typeof actions, summary: string, description = '') => {
    const { permission } = actions[action]
    return {
      schema: {
        operationId: `${action}Article`,
        tags: ['Articles'],
        summary,
        description: `${description} ${describeTransition(action)}`.trim(),
        params,
        headers: ifMatchHeader,
        response: { 200: managedArticle },
      },
      config: { permission, errors: ['invalid-transition', 'version-mismatch'] as const },
    }
  }

  for (const { action, summary } of reviews) {
    const { schema, config } = described(action, summary)
    app.post(`/articles/:id/${action}`, { schema: { ...schema, body: noBody }, config }, (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params } = request
        return changedArticle(await reviewArticle(tx, actor, action, params.id, expected), actor)
      })
    })
  }

  const publishing = described(
    'publish',
    'Publish the working copy, now or at an instant',
    'Without changes since the last publish it answers the article as it is.',
  )
  app.post(
    '/articles/:id/publish',
    {
      schema: { ...publishing.schema, body: publishInput.optional() },
      config: { ...publishing.config, errors: [...publishing.config.errors, 'embargoed'] },
    },
    (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params, body } = request
        return changedArticle(await publishArticle(tx, actor, params.id, expected, body ?? {}), actor)
      })
    },
  )

  const withdrawals = [
    {
      ...described(
        'unpublish',
        'Take the article back from the public',
        'Delivery answers 410 from then on; the working copy stays, and what was scheduled is cancelled.',
      ),
      action: 'unpublish',
      run: unpublishArticle,
    },
    {
      ...described('unschedule', 'Cancel what is scheduled', 'Publication and withdrawal alike.'),
      action: 'unschedule',
      run: unscheduleArticle,
    },
  ]
  for (const { schema, config, action, run } of withdrawals) {
    app.post(`/articles/:id/${action}`, { schema: { ...schema, body: noBody }, config }, (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params } = request
        return changedArticle(await run(tx, actor, params.id, expected), actor)
      })
    })
  }

  const killing = described(
    'kill',
    'Kill an article',
    'It is gone at once from everything public, whose readers are told the `reason`; nothing can be done with it until it is revived.',
  )
  app.post(
    '/articles/:id/kill',
    { schema: { ...killing.schema, body: killInput }, config: killing.config },
    (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params, body } = request
        return changedArticle(await killArticle(tx, actor, params.id, expected, body), actor)
      })
    },
  )

  app.post(
    '/articles/:id/corrections',
    {
      schema: {
        operationId: 'correctArticle',
        tags: ['Articles'],
        summary: 'Tell readers what was wrong',
        description: 'Live at once on a published article, without the other edits of its working copy.',
        params,
        headers: ifMatchHeader,
        body: correctionInput,
        response: { 200: managedArticle },
      },
      config: {
        permission: 'articles.publish' satisfies Permission,
        errors: ['invalid-transition', 'version-mismatch'],
      },
    },
    (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params, body } = request
        const article: StoredArticle = await correctArticle(tx, actor, params.id, expected, body)
        return changedArticle(article, actor)
      })
    },
  )
}
