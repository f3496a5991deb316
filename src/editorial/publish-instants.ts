import type { PublishInput } from '../contract/article-actions.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import type { StoredArticle } from '../store/articles.ts'

/**
 * Checks the instants of a publish against the article and against each other. Throws `embargoed`, and
 * `invalid-body` naming `at` and `unpublishAt`.
 */
export function checkPublishInstants(article: StoredArticle, input: PublishInput, now: string): void {
  const { at } = input
  const unpublishAt = input.unpublishAt ?? (input.unpublishAt === null ? null : article.unpublishAt)
  const isScheduled = at !== undefined && at > now
  const faults: Fault[] = []
  const fault = (pointer: string, code: string, detail: string) => faults.push({ pointer, code, detail })
  if (at !== undefined && !isScheduled && article.firstPublishedAt !== null)
    fault('/at', 'not-first', 'backdates the first publication only, which has been')
  if (input.unpublishAt && input.unpublishAt <= now) fault('/unpublishAt', 'in-past', 'must be in the future')
  else if (unpublishAt !== null && isScheduled && unpublishAt <= at)
    fault('/unpublishAt', 'before-at', `must be after \`at\`; it is ${unpublishAt}`)
  if (faults.length > 0) throw new Problem('invalid-body', 'The instants are not valid.', { errors: faults })
  checkEmbargoEnd(article, isScheduled ? at : now)
}

/** Throws `embargoed` when the article may not be public at that instant yet. */
function checkEmbargoEnd({ content: { embargoUntil } }: StoredArticle, instant: string): void {
  if (embargoUntil === null || embargoUntil <= instant) return
  throw new Problem('embargoed', `The embargo ends at ${embargoUntil}.`, { extensions: { embargoUntil } })
}
