import type { BlockInput } from '../contract/portable-text.ts'
import { BlockList, type Item } from './block-list.ts'
import { ConversionError } from './conversion-error.ts'
import { type Context, keyWithin, rootContext } from './html-context.ts'
import { captionOf, ownEmbedOf } from './html-figure.ts'
import { marksWithin } from './html-marks.ts'
import { readCode, readFrame, readImage, readMedia } from './html-objects.ts'
import { readTable } from './html-table.ts'
import {
  attributeOf,
  childrenOf,
  type Element,
  isElement,
  isInvisible,
  type Node,
  textOfNode,
} from './html-tree.ts'
import type { ListPlace, Style } from './text-run.ts'

type Reader = (blocks: BlockList, element: Element, context: Context) => void

/** Elements of real pages are nested less than a hundred deep; browsers stop at 512. */
const maxDepth = 500
const maxListLevel = 10

/** The blocks of the nodes of an HTML tree. Throws ConversionError when they are nested too deep. */
export function readBlocks(nodes: readonly Node[]): BlockInput[] {
  const blocks = new BlockList()
  readAll(blocks, nodes, rootContext)
  return blocks.toBlocks()
}

function readAll(blocks: BlockList, nodes: readonly Node[], context: Context): void {
  for (const node of nodes) {
    const text = textOfNode(node)
    if (text !== undefined) blocks.addText(text, context)
    else if (isElement(node) && !isInvisible(node)) readElement(blocks, node, context)
  }
}

function readElement(blocks: BlockList, element: Element, outer: Context): void {
  const context = { ...outer, depth: outer.depth + 1 }
  if (context.depth > maxDepth) {
    const detail = `The elements of the content are nested deeper than ${maxDepth} levels.`
    throw new ConversionError([{ code: 'too-deep', detail }])
  }
  const readBlock = blockReaders.get(element.tagName)
  if (readBlock === undefined) {
    const readInline = inlineReaders.get(element.tagName) ?? readMarked
    readInline(blocks, element, context)
  } else {
    blocks.endBlock()
    readBlock(blocks, element, { ...context, key: keyWithin(element, context) })
    blocks.endBlock()
  }
}

const readMarked: Reader = (blocks, element, context) => {
  readAll(blocks, element.childNodes, { ...context, marks: marksWithin(element, context.marks) })
}

const readQuotation: Reader = (blocks, element, context) => {
  blocks.addText('“', context)
  readAll(blocks, element.childNodes, context)
  blocks.addText('”', context)
}

/** Elements that stand in a line of text and are more than marks. */
const inlineReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['audio', readMedia],
  ['br', (blocks, _element, context) => blocks.addLineBreak(context)],
  ['iframe', readFrame],
  ['img', readImage],
  ['q', readQuotation],
  ['video', readMedia],
])

const readStyled: Reader = (blocks, element, context) => {
  readAll(blocks, element.childNodes, {
    ...context,
    style: element.tagName as Style,
    marks: marksWithin(element, context.marks),
  })
}

const readList =
  (listItem: ListPlace['listItem']): Reader =>
  (blocks, element, context) => {
    const level = Math.min((context.list?.level ?? 0) + 1, maxListLevel)
    readAll(blocks, element.childNodes, { ...context, list: { listItem, level }, item: undefined })
  }

const readItem: Reader = (blocks, element, context) => {
  const item: Item = { place: context.list ?? { listItem: 'bullet', level: 1 } }
  // Google Docs writes a check box as an image whose alternative text says its state.
  const isCheckBox = attributeOf(element, 'role') === 'checkbox'
  const content = element.childNodes.filter((node) => !isCheckBox || node.nodeName !== 'img')
  readAll(blocks, content, { ...context, item, marks: marksWithin(element, context.marks) })
}

const readRule: Reader = (blocks, _element, context) => {
  if (!context.isCell) blocks.addObject({ _type: 'horizontal-rule' }, context.key)
}

/** Its caption goes to its only picture or embed; else it is a paragraph after what it is about. */
const readFigure: Reader = (blocks, element, context) => {
  const captions = childrenOf(element, 'figcaption')
  const embed = context.isCell ? undefined : ownEmbedOf(element)
  const start = blocks.length
  if (embed === undefined) {
    const content = element.childNodes.filter((node) => !isElement(node) || node.tagName !== 'figcaption')
    readAll(blocks, content, context)
  } else blocks.addObject(embed, context.key)
  const picture = blocks.onlyPictureSince(start)
  const [figcaption] = captions
  if (picture === undefined || figcaption === undefined || captions.length > 1) {
    readAll(blocks, captions, context)
    return
  }
  const caption = captionOf(figcaption)
  if (picture._type === 'image') Object.assign(picture, caption)
  else {
    const text = [caption.caption, caption.credit].filter((part) => part !== undefined).join(' ')
    if (text !== '') picture.caption = text
  }
}

/** Tables do not nest: the cells of one inside a cell are paragraphs of it. */
const readTableOrCells: Reader = (blocks, element, context) => {
  if (context.isCell) {
    readAll(blocks, element.childNodes, context)
    return
  }
  const { depth } = context
  const table = readTable(element, (cell) => {
    const content = new BlockList()
    readAll(content, cell.childNodes, { ...rootContext, key: {}, depth, isCell: true })
    return content.toBlocks().filter((block) => block._type === 'block' || block._type === 'image')
  })
  readAll(blocks, childrenOf(element, 'caption'), { ...context, key: {} })
  if (table !== undefined) blocks.addObject(table, context.key)
}

const plainBlocks = [
  ...['address', 'article', 'aside', 'caption', 'center', 'dd', 'details', 'dialog', 'div', 'dl', 'dt'],
  ...['fieldset', 'figcaption', 'footer', 'form', 'header', 'hgroup', 'legend', 'main', 'nav', 'optgroup'],
  ...['option', 'p', 'search', 'section', 'summary', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr'],
]
const styledBlocks: readonly Style[] = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote']
const preformatted = ['listing', 'plaintext', 'pre', 'xmp']

/** Elements that begin and end a block. */
const blockReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...plainBlocks.map((name) => [name, readMarked] as const),
  ...styledBlocks.map((name) => [name, readStyled] as const),
  ...preformatted.map((name) => [name, readCode] as const),
  ...['dir', 'menu', 'ul'].map((name) => [name, readList('bullet')] as const),
  ['ol', readList('number')],
  ['li', readItem],
  ['figure', readFigure],
  ['hr', readRule],
  ['table', readTableOrCells],
])
