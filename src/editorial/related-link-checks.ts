import type { Fault } from '../contract/errors.ts'
import type { LinkContent } from '../contract/related-link.ts'
import type { Writer } from '../store/index.ts'

/** A link that is about to be kept. */
export interface LinkToCheck {
  readonly link: LinkContent
  /** The target that it has already; it may have been deleted since, and may stay. */
  readonly keptTarget: string | null
  /** JSON Pointer of the link in the body: empty when the body is the link. */
  readonly pointer: string
}

/**
 * What is wrong with the targets of some links of an article: itself, what does not exist, and what is the target
 * of another link, of these or of `others`.
 */
export async function findTargetFaults(
  tx: Writer,
  articleId: string,
  links: readonly LinkToCheck[],
  others: readonly LinkContent[],
): Promise<Fault[]> {
  const existing = await tx.articles.existing(links.flatMap(({ link }) => link.articleId ?? []))
  const taken = new Set(others.flatMap((link) => targetOf(link) ?? []))
  const faults: Fault[] = []
  for (const { link, keptTarget, pointer } of links) {
    const fault = (member: 'articleId' | 'url', code: string, detail: string) =>
      faults.push({ pointer: `${pointer}/${member}`, code, detail })
    const target = targetOf(link)
    if (target === null) continue
    if (target === articleId) fault('articleId', 'self', 'is this article itself')
    else if (link.articleId !== null && target !== keptTarget && !existing.has(target))
      fault('articleId', 'not-found', 'there is no such article')
    if (taken.has(target))
      fault(
        link.articleId === null ? 'url' : 'articleId',
        'duplicate',
        'is the target of another link already',
      )
    taken.add(target)
  }
  return faults
}

function targetOf({ articleId, url }: LinkContent): string | null {
  return articleId ?? url
}
