import { keyPattern } from '../contract/portable-text.ts'
import type { OpenKey, TextPlace } from './block-list.ts'
import { noMarks } from './html-marks.ts'
import { attributeOf, type Element } from './html-tree.ts'
import type { ListPlace } from './text-run.ts'

/** What applies to the content of an element. */
export interface Context extends TextPlace {
  readonly depth: number
  readonly list: ListPlace | undefined
  /** Inside the cell of a table there are texts and images alone. */
  readonly isCell: boolean
}

export const rootContext: Context = {
  depth: 0,
  isCell: false,
  style: 'normal',
  list: undefined,
  item: undefined,
  marks: noMarks,
  key: {},
}

/** The key that `toHtml` wrote on an element: on none in a cell. One on an item is not for the items inside. */
export function keyWithin(element: Element, { key: outer, isCell }: Context): OpenKey {
  if (isCell) return {}
  const key = attributeOf(element, 'data-key')
  if (key !== undefined && keyPattern.test(key)) return { key }
  return element.tagName === 'li' ? {} : outer
}
