import { isWebUrl } from '../contract/safe-url.ts'
import type { BlockList, ObjectOf } from './block-list.ts'
import { readFrameAddress } from './embed-providers.ts'
import type { Context } from './html-context.ts'
import { textOf } from './html-text.ts'
import { attributeOf, childrenOf, type Element, hasClass } from './html-tree.ts'
import { readSource, readUrl } from './url-attribute.ts'

const languageClass = /^lang(?:uage)?-(.+)$/
const maxLanguageLength = 100

/** Preformatted text as code; the last line feed only ends its last line. In a cell it is marked as code. */
export function readCode(blocks: BlockList, element: Element, context: Context): void {
  const code = textOf(element.childNodes).replace(/\n$/, '')
  if (!/\S/u.test(code)) return
  if (context.isCell) {
    const marks = { ...context.marks, decorators: ['code'] as const }
    for (const line of code.split('\n')) {
      blocks.addText(line, { ...context, marks })
      blocks.addLineBreak({ ...context, marks })
    }
    return
  }
  const language = [...childrenOf(element, 'code'), element]
    .map(languageOf)
    .find((name) => name !== undefined)
  blocks.addObject({ _type: 'code', code, ...(language === undefined ? {} : { language }) }, context.key)
}

function languageOf(element: Element): string | undefined {
  const names = (attributeOf(element, 'class') ?? '').split(/\s+/u)
  const language = names.map((name) => languageClass.exec(name)?.[1]).find((name) => name !== undefined)
  const isUsable =
    language !== undefined && language.length <= maxLanguageLength && !/[\p{Cc}`]/u.test(language)
  return isUsable ? language : undefined
}

/**
 * An image. One that is a character of the text, or has no safe address, leaves its alternative text; one of a
 * single point, which only counts readers, nothing.
 */
export function readImage(blocks: BlockList, element: Element, context: Context): void {
  const src = readSource(attributeOf(element, 'src'))
  const alt = attributeOf(element, 'alt') ?? ''
  const width = sizeOf(element, 'width')
  const height = sizeOf(element, 'height')
  const isCharacter = alt !== '' && hasClass(element, /^(?:emoji|wp-smiley)$/i)
  if (src === undefined || isCharacter) blocks.addText(alt, context)
  else if (width !== 1 || height !== 1) {
    const title = attributeOf(element, 'title')
    const image: ObjectOf<'image'> = { _type: 'image', src, alt }
    if (title) image.title = title
    if (width !== undefined) image.width = width
    if (height !== undefined) image.height = height
    blocks.addObject(image, context.key)
  }
}

function sizeOf(element: Element, name: 'width' | 'height'): number | undefined {
  const size = /^\s*(\d{1,6})(?:px)?\s*$/.exec(attributeOf(element, name) ?? '')?.[1]
  return size !== undefined && Number(size) >= 1 && Number(size) <= 100_000 ? Number(size) : undefined
}

/** A frame of a known provider as an embed, or as a link where there are none; of any other, nothing. */
export function readFrame(blocks: BlockList, element: Element, context: Context): void {
  const address = readFrameAddress(attributeOf(element, 'src'))
  if (address === undefined) return
  if (context.isCell) addLink(blocks, address.url, address.url, context)
  else blocks.addObject({ _type: 'embed', ...address }, context.key)
}

/** A recording becomes a link to it. What stands inside is for browsers that cannot play it. */
export function readMedia(blocks: BlockList, element: Element, context: Context): void {
  const url = [element, ...childrenOf(element, 'source')]
    .map((each) => readUrl(attributeOf(each, 'src')))
    .find((each) => each !== undefined && isWebUrl(each))
  if (url !== undefined) addLink(blocks, url, attributeOf(element, 'title') || url, context)
}

function addLink(blocks: BlockList, href: string, text: string, context: Context): void {
  blocks.addText(text, { ...context, marks: { ...context.marks, link: { href, title: undefined } } })
}
