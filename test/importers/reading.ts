import type { ImportFormat } from '../../src/contract/import-job.ts'
import type { ImportedItem, Read } from '../../src/importers/item.ts'
import { readSource } from '../../src/importers/read.ts'

interface Options {
  readonly format?: ImportFormat
  readonly baseUrl?: string
}

/** Everything that a file holds, read in this thread. */
export async function readAll(path: string, { format, baseUrl = '' }: Options = {}): Promise<Read[]> {
  const source = { path, name: path, baseUrl: baseUrl === '' ? null : baseUrl }
  const reads: Read[] = []
  for await (const read of readSource(source, { format, from: 0 })) if (read) reads.push(read)
  return reads
}

/** The articles of a file; throws where something failed. */
export async function readItems(path: string, options: Options = {}): Promise<ImportedItem[]> {
  return (await readAll(path, options)).flatMap((read) => {
    if (read.kind === 'failed') throw new Error(`${path}: ${read.place} ${read.reason}`)
    return read.kind === 'item' ? [read.item] : []
  })
}

/** The text of an item's body, words apart by one space. */
export function textOf({ body }: ImportedItem): string {
  const texts: string[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item)
    else if (typeof value === 'object' && value !== null) {
      const node = value as Record<string, unknown>
      if (node._type === 'span') texts.push(String(node.text))
      else if (node._type === 'code') texts.push(String(node.code), ' ')
      else if (node._type === 'image')
        texts.push(' ', String(node.caption ?? ''), ' ', String(node.credit ?? ''))
      else for (const name of ['children', 'rows', 'cells', 'value']) visit(node[name])
      if (node._type !== 'span') texts.push(' ')
    }
  }
  visit(body)
  return texts.join('').replace(/\s+/gu, ' ').trim()
}

/** The addresses that an item links to, in order. */
export function linksOf({ body }: ImportedItem): string[] {
  return [...JSON.stringify(body).matchAll(/"href":"((?:[^"\\]|\\.)*)"/g)].map(
    (match) => JSON.parse(`"${match[1]}"`) as string,
  )
}

/** How alike two texts are by their words, from 0 to 1: twice what they share, by what they have together. */
export function likeness(one: string, other: string): number {
  const count = (text: string) => {
    const counts = new Map<string, number>()
    for (const word of text.match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [])
      counts.set(word, (counts.get(word) ?? 0) + 1)
    return counts
  }
  const [left, right] = [count(one), count(other)]
  let shared = 0
  for (const [word, times] of left) shared += Math.min(times, right.get(word) ?? 0)
  const total = [...left.values(), ...right.values()].reduce((sum, times) => sum + times, 0)
  return total === 0 ? 1 : (2 * shared) / total
}
