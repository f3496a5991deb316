import { type decorators, decorators as decoratorsInOrder } from '../contract/portable-text.ts'
import { attributeOf, type Element, stylesOf } from './html-tree.ts'
import { readHref } from './url-attribute.ts'

export type Decorator = (typeof decorators)[number]

export interface LinkTarget {
  readonly href: string
  readonly title: string | undefined
}

/** What applies to a piece of text; decorators are in the order of the contract, each once. */
export interface Marks {
  readonly decorators: readonly Decorator[]
  readonly link: LinkTarget | undefined
}

export const noMarks: Marks = { decorators: [], link: undefined }

export function isSameMarks(one: Marks, other: Marks): boolean {
  return (
    one === other ||
    (isSameLink(one.link, other.link) &&
      one.decorators.length === other.decorators.length &&
      one.decorators.every((decorator, index) => decorator === other.decorators[index]))
  )
}

function isSameLink(one: LinkTarget | undefined, other: LinkTarget | undefined): boolean {
  return one === other || (one?.href === other?.href && one?.title === other?.title)
}

const decoratorsOfTags: Readonly<Record<string, Decorator>> = {
  b: 'strong',
  strong: 'strong',
  cite: 'em',
  dfn: 'em',
  em: 'em',
  i: 'em',
  var: 'em',
  ins: 'underline',
  u: 'underline',
  del: 'strike-through',
  s: 'strike-through',
  strike: 'strike-through',
  code: 'code',
  kbd: 'code',
  samp: 'code',
  tt: 'code',
  sub: 'sub',
  sup: 'sup',
}

/** The marks of text inside an inline element: by its name, then by its style, then by its link. */
export function marksWithin(element: Element, outer: Marks): Marks {
  const { tagName } = element
  const link = tagName === 'a' ? linkOf(element) : outer.link
  const decorator = Object.hasOwn(decoratorsOfTags, tagName) ? decoratorsOfTags[tagName] : undefined
  const hasStyle = attributeOf(element, 'style') !== undefined
  if (decorator === undefined && !hasStyle && link === outer.link) return outer
  const wanted = new Set(outer.decorators)
  if (decorator !== undefined) wanted.add(decorator)
  if (hasStyle) applyStyles(stylesOf(element), wanted, link !== undefined)
  return { decorators: decoratorsInOrder.filter((each) => wanted.has(each)), link }
}

function linkOf(element: Element): LinkTarget | undefined {
  const href = readHref(attributeOf(element, 'href'))
  return href === undefined ? undefined : { href, title: attributeOf(element, 'title') || undefined }
}

/** Word processors write emphasis as styles, and take it back by a style on `b`. Links are underlined anyway. */
function applyStyles(styles: ReadonlyMap<string, string>, wanted: Set<Decorator>, isLink: boolean): void {
  const weight = styles.get('font-weight') ?? ''
  if (/^(?:bold|bolder|[6-9]\d\d|1000)$/.test(weight)) wanted.add('strong')
  else if (/^(?:normal|lighter|[1-5]\d\d)$/.test(weight)) wanted.delete('strong')
  const slant = styles.get('font-style') ?? ''
  if (/^(?:italic|oblique)/.test(slant)) wanted.add('em')
  else if (slant === 'normal') wanted.delete('em')
  const line = `${styles.get('text-decoration') ?? ''} ${styles.get('text-decoration-line') ?? ''}`
  if (/\bunderline\b/.test(line) && !isLink) wanted.add('underline')
  if (/\bline-through\b/.test(line)) wanted.add('strike-through')
  const raised = styles.get('vertical-align')
  if (raised === 'sub') wanted.add('sub')
  else if (raised === 'super') wanted.add('sup')
}
