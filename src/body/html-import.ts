import { isSafeHref, isSafeSource, isWebUrl } from '../contract/safe-url.ts'
import { readFrameAddress } from './embed-providers.ts'
import {
  attributeOf,
  childrenOf,
  type Element,
  isElement,
  isInvisible,
  type Node,
  textOfNode,
  visit,
} from './html-tree.ts'
import { readUrl } from './url-attribute.ts'

/** What is asked for in addition when HTML comes from elsewhere. */
export interface HtmlImport {
  /** Where relative addresses lead; null where that is not known. */
  readonly baseUrl: string | null
  /** Is told of everything that the blocks will not have, each as a sentence without its stop. */
  readonly onLoss: (loss: string) => void
}

const addressed: Readonly<Record<string, string>> = {
  a: 'href',
  audio: 'src',
  iframe: 'src',
  img: 'src',
  source: 'src',
  video: 'src',
}

/** Makes relative addresses absolute and finds the pictures of pages that load them late; then tells what is lost. */
export function prepareImport(nodes: readonly Node[], { baseUrl, onLoss }: HtmlImport): void {
  const losses = new Map<string, number>()
  const lose = (what: string) => losses.set(what, (losses.get(what) ?? 0) + 1)
  visit(nodes, (node) => {
    if (!isElement(node)) return false
    if (node.tagName === 'img') findLatePicture(node)
    const name = Object.hasOwn(addressed, node.tagName) ? addressed[node.tagName] : undefined
    if (name !== undefined) makeAbsolute(node, name, baseUrl)
    const loss = lossOf(node)
    if (loss !== undefined) lose(loss)
    return !isInvisible(node)
  })
  for (const [what, count] of losses) onLoss(count === 1 ? what : `${what} (${count} times)`)
}

function makeAbsolute(element: Element, name: string, baseUrl: string | null): void {
  const attribute = element.attrs.find((each) => each.name === name)
  const url = readUrl(attribute?.value)
  if (attribute === undefined || url === undefined) return
  // A link within the page stays one.
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith('#')
  if (!isAbsolute && baseUrl !== null) attribute.value = URL.parse(url, baseUrl)?.href ?? url
  // Providers of frames have long been reached by https alone.
  if (element.tagName === 'iframe') attribute.value = attribute.value.replace(/^http:/i, 'https:')
}

/** Gives a picture that a script would load the address that the script would read. */
function findLatePicture(image: Element): void {
  const src = attributeOf(image, 'src')
  if (src !== undefined && src !== '' && !/^data:/i.test(src)) return
  const late = ['data-src', 'data-original', 'data-lazy-src']
    .map((name) => attributeOf(image, name))
    .find((value) => value !== undefined && value !== '')
  const listed = (attributeOf(image, 'srcset') ?? attributeOf(image, 'data-srcset'))?.trim().split(/\s/)[0]
  const found = late ?? (listed === '' ? undefined : listed)
  if (found === undefined) return
  image.attrs = [...image.attrs.filter((each) => each.name !== 'src'), { name: 'src', value: found }]
}

const unknownKinds: Readonly<Record<string, string>> = {
  applet: 'an embedded object',
  canvas: 'a drawing',
  embed: 'an embedded object',
  form: 'a form, but for its text',
  math: 'a formula, but for its text',
  object: 'an embedded object',
  script: 'a script',
  svg: 'a drawing',
}

/** What the blocks will not have of an element; undefined where that is nothing, or nothing that anybody saw. */
function lossOf(element: Element): string | undefined {
  const { tagName } = element
  if (Object.hasOwn(unknownKinds, tagName)) return unknownKinds[tagName]
  const src = attributeOf(element, 'src')
  if (tagName === 'iframe' && readFrameAddress(src) === undefined)
    return src ? `a frame of ${shown(src)}` : 'a frame without an address'
  if (tagName === 'img' && !isSafeSource(readUrl(src) ?? ''))
    return src ? `an image at ${shown(src)}` : 'an image without an address'
  const href = tagName === 'a' ? readUrl(attributeOf(element, 'href')) : undefined
  if (href !== undefined && !isSafeHref(href)) return `a link to ${shown(href)}, but for its text`
  if (href !== undefined && isAroundPicture(element)) return `the link of a picture to ${shown(href)}`
  if (tagName === 'audio' || tagName === 'video') {
    const urls = [element, ...childrenOf(element, 'source')].map((each) => readUrl(attributeOf(each, 'src')))
    return urls.some((url) => url !== undefined && isWebUrl(url))
      ? undefined
      : 'a recording without an address'
  }
  return undefined
}

/** A picture of a body is no link. */
function isAroundPicture(link: Element): boolean {
  let hasPicture = false
  let hasText = false
  visit(link.childNodes, (node) => {
    if (isElement(node) && node.tagName === 'img') hasPicture = true
    if (textOfNode(node)?.trim()) hasText = true
    return true
  })
  return hasPicture && !hasText
}

function shown(url: string): string {
  return /^data:/i.test(url.trim()) ? 'a data: URL' : url.trim().slice(0, 200)
}
