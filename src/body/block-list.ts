import type { BlockInput } from '../contract/portable-text.ts'
import type { Marks } from './html-marks.ts'
import { type ListPlace, type Style, type TextBlockInput, TextRun } from './text-run.ts'

export type ObjectInput = Exclude<BlockInput, TextBlockInput>
export type ObjectOf<Type> = Extract<BlockInput, { _type: Type }>

/** A list item. Its first text is the item; more text of the same style continues it on a line of its own. */
export interface Item {
  readonly place: ListPlace
  run?: TextRun
}

/** A key that was sent for an element; the first block inside of it takes it. */
export interface OpenKey {
  key?: string | undefined
}

/** To which block a text belongs, and how it is marked. */
export interface TextPlace {
  readonly style: Style
  readonly item: Item | undefined
  readonly key: OpenKey
  readonly marks: Marks
}

/** The blocks of a document as they are gathered, in order. */
export class BlockList {
  readonly #entries: (TextRun | ObjectInput)[] = []
  /** True while text continues the last run. */
  #isOpen = false

  /** What comes next begins a block of its own. */
  endBlock(): void {
    this.#isOpen = false
  }

  addText(text: string, place: TextPlace): void {
    const run = this.#openRun()
    // White space alone begins no block.
    if (run === undefined && !/[^ \t\n\f\r]/.test(text)) return
    const target = run ?? this.#beginRun(place)
    target.add(text, place.marks)
  }

  addLineBreak(place: TextPlace): void {
    this.#openRun()?.addLineBreak(place.marks)
  }

  addObject(object: ObjectInput, key: OpenKey): void {
    this.#isOpen = false
    this.#entries.push({ ...object, ...takeKey(key) })
  }

  get length(): number {
    return this.#entries.length
  }

  /** The picture or embed that was added from this index on, when it is the only one. */
  onlyPictureSince(start: number): ObjectOf<'image'> | ObjectOf<'embed'> | undefined {
    let picture: ObjectOf<'image'> | ObjectOf<'embed'> | undefined
    for (let index = start; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index]
      if (entry instanceof TextRun || (entry?._type !== 'image' && entry?._type !== 'embed')) continue
      if (picture !== undefined) return undefined
      picture = entry
    }
    return picture
  }

  /** The blocks that show something. Of equal keys, the first stays. */
  toBlocks(): BlockInput[] {
    const blocks = this.#entries.flatMap<BlockInput>((entry) =>
      entry instanceof TextRun ? (entry.toBlock() ?? []) : [entry],
    )
    const taken = new Set<string>()
    for (const block of blocks) {
      if (block._key === undefined) continue
      if (taken.has(block._key)) delete block._key
      else taken.add(block._key)
    }
    return blocks
  }

  #openRun(): TextRun | undefined {
    const last = this.#entries.at(-1)
    return this.#isOpen && last instanceof TextRun ? last : undefined
  }

  #beginRun({ style, item, key }: TextPlace): TextRun {
    this.#isOpen = true
    if (item?.run !== undefined && item.run === this.#entries.at(-1) && item.run.style === style) {
      item.run.startLine()
      return item.run
    }
    const isItem = item !== undefined && item.run === undefined
    const run = new TextRun(style, isItem ? item.place : undefined, takeKey(key)._key)
    if (isItem) item.run = run
    this.#entries.push(run)
    return run
  }
}

function takeKey(open: OpenKey): { _key?: string } {
  const { key } = open
  open.key = undefined
  return key === undefined ? {} : { _key: key }
}
