import type { Fault } from '../contract/errors.ts'
import {
  type LinkContent,
  noTitle,
  type RelatedLink,
  type RelatedLinkPatch,
  twoTargets,
} from '../contract/related-link.ts'

type ContentPatch = Omit<RelatedLinkPatch, 'position'>

/** The link as a merge patch makes it: absent keeps, null clears, a value sets. */
export function patchLink(link: RelatedLink, patch: ContentPatch): LinkContent {
  const keep = <T>(value: T | undefined, now: T): T => (value === undefined ? now : value)
  return {
    kind: keep(patch.kind, link.kind) ?? 'related',
    articleId: keep(patch.articleId, link.articleId),
    url: keep(patch.url, link.url),
    title: keep(patch.title, link.title),
    excerpt: keep(patch.excerpt, link.excerpt),
  }
}

/** What a patched link has too many or too few of, at the member of the patch that can mend it. */
export function findShapeFaults({ articleId, url, title }: LinkContent, patch: ContentPatch): Fault[] {
  const faults: Fault[] = []
  if (articleId !== null && url !== null) faults.push(secondTarget(patch))
  if (articleId === null && title === null)
    faults.push({ pointer: '/title', code: noTitle.code, detail: noTitle.error })
  return faults
}

function secondTarget(patch: ContentPatch): Fault {
  const { code } = twoTargets
  if (patch.url === undefined)
    return { pointer: '/articleId', code, detail: 'needs `url` to be null: a link has one target' }
  if (patch.articleId === undefined)
    return { pointer: '/url', code, detail: 'needs `articleId` to be null: a link has one target' }
  return { pointer: '/url', code, detail: twoTargets.error }
}
