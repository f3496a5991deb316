import { Problem } from '../contract/errors.ts'
import { identityOf, type SellerEntry } from '../contract/seller-entry.ts'
import type { ImportRemark } from '../contract/seller-import.ts'
import { toOneLine } from '../contract/seller-text.ts'

/** What was read of a file of sellers. */
export interface ReadSellers<Entry extends SellerEntry> {
  /** Each identity once, in the order of the file. */
  readonly entries: readonly Entry[]
  /** What could not be taken over. */
  readonly problems: readonly ImportRemark[]
  /** What was taken over otherwise than it stood there. */
  readonly notes: readonly ImportRemark[]
  /** Entries that the file has already. */
  readonly duplicates: number
}

/** Where in a file something stands: a line, or a member of JSON. */
export type Place = { readonly line: number } | { readonly pointer: string }

/** The most lines, or sellers, of a file: nobody else can write for the second that these take. */
export const mostEntries = 20_000

const longestExcerpt = 200

/** Collects what is read, and what is wrong with it. */
export function createCollector<Entry extends SellerEntry>() {
  const entries = new Map<string, Entry>()
  const problems: ImportRemark[] = []
  const notes: ImportRemark[] = []
  let duplicates = 0
  const remark = (place: Place, code: string, detail: string, text: string): ImportRemark => ({
    ...{ ...place, code, detail },
    text: toOneLine(text.slice(0, longestExcerpt).toWellFormed()).trim(),
  })
  return {
    reject: (place: Place, code: string, detail: string, text: string) =>
      void problems.push(remark(place, code, detail, text)),
    note: (place: Place, code: string, detail: string, text: string) =>
      void notes.push(remark(place, code, detail, text)),
    /** Adds an entry, unless the file has it already; then the answer is the first one. */
    add(entry: Entry): Entry | undefined {
      const identity = identityOf(entry)
      const first = entries.get(identity)
      if (!first) entries.set(identity, entry)
      return first
    },
    /** Counts an entry that says what one before it said. */
    repeat(place: Place, text: string): void {
      duplicates += 1
      notes.push(remark(place, 'duplicate', 'is in the file already', text))
    },
    read: (): ReadSellers<Entry> => ({
      entries: [...entries.values()],
      ...{ problems, notes, duplicates },
    }),
  }
}

export function tooMany(what: string): Problem {
  return new Problem('payload-too-large', `The file has over ${mostEntries} ${what}, which is the most.`)
}
