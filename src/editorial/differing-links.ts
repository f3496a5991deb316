import { mostLoggedBytes, mostLoggedLinks } from '../contract/event.ts'
import type { RelatedLink } from '../contract/related-link.ts'

/** The links of one version that the other has not, or has otherwise, as the change log tells of them. */
export interface DifferingLinks {
  /** All links of the version. */
  readonly count: number
  readonly links: readonly RelatedLink[]
  /** So many more differ. */
  readonly omitted?: number
}

/** Of an excerpt, so many characters; every link has its place in the log. */
const excerptLength = 200

/**
 * The links of `own` that are not the same in `other`. One that only moved up or down because another came or went
 * is the same; one that changed places with others is not. As many are told as fit, the first at any rate.
 */
export function differingLinks(own: readonly RelatedLink[], other: readonly RelatedLink[]): DifferingLinks {
  const others = new Map(other.map((link) => [link.id, link]))
  const isReordered = orderOf(own, others) !== orderOf(other, new Map(own.map((link) => [link.id, link])))
  const differing = own.filter((link) => {
    const same = others.get(link.id)
    return !same || contentOf(link) !== contentOf(same) || (isReordered && link.position !== same.position)
  })
  const links: RelatedLink[] = []
  let bytes = 0
  for (const { excerpt, ...link } of differing.slice(0, mostLoggedLinks)) {
    const told = { ...link, excerpt: excerpt && shortened(excerpt) }
    bytes += Buffer.byteLength(JSON.stringify(told))
    if (links.length > 0 && bytes > mostLoggedBytes) break
    links.push(told)
  }
  const omitted = differing.length - links.length
  return { count: own.length, links, ...(omitted > 0 && { omitted }) }
}

/** The order of the links that both versions have. */
function orderOf(links: readonly RelatedLink[], others: ReadonlyMap<string, RelatedLink>): string {
  return links.flatMap(({ id }) => (others.has(id) ? [id] : [])).join()
}

function contentOf({ kind, title, excerpt, url, articleId }: RelatedLink): string {
  return JSON.stringify([kind, title, excerpt, url, articleId])
}

function shortened(text: string): string {
  const characters = Array.from(text.slice(0, 2 * excerptLength)).slice(0, excerptLength)
  return characters.length < excerptLength || characters.join('') === text ? text : `${characters.join('')}…`
}
