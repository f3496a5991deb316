import { Stream } from 'node:stream'
import type { Fault } from '../contract/errors.ts'
import { hasEndlessMarks } from '../contract/text.ts'
import type { InputPart } from './fault-place.ts'
import { fault } from './faults.ts'

/** An object or array of the input. Its path is put together only when there is a fault to report. */
interface Container {
  readonly value: object
  readonly name?: string | number
  readonly parent?: Container
}

/**
 * Faults that no schema has to look for: strings and member names with NUL (not every database can store it) or a
 * lone surrogate (not encodable as UTF-8) or with endless combining marks, and numbers beyond the range of a double. Walks without recursion.
 */
export function findUnstorable(part: InputPart, data: unknown, mostFaults: number): Fault[] {
  const faults: Fault[] = []
  if (!isContainer(data)) return faults
  const open: Container[] = [{ value: data }]
  const visit = (value: unknown, name: string | number, parent: Container): void => {
    if (isContainer(value)) open.push({ value, name, parent })
    else if (typeof value === 'string' && isBadText(value)) {
      faults.push(fault(part, pathTo(parent, name), 'invalid-text', `must not contain ${badText}`))
    } else if (typeof value === 'number' && !Number.isFinite(value)) {
      faults.push(fault(part, pathTo(parent, name), 'invalid-number', `must be ${numberRange}`))
    }
  }
  for (let at = open.pop(); at !== undefined && faults.length < mostFaults; at = open.pop()) {
    if (Array.isArray(at.value)) {
      // By index: the names of a million items would take more memory than the body.
      for (let index = 0; index < at.value.length; index += 1) visit(at.value[index], index, at)
      continue
    }
    for (const [name, value] of Object.entries(at.value)) {
      if (isBadText(name)) faults.push(fault(part, pathTo(at), 'invalid-text', `has a name with ${badText}`))
      visit(value, name, at)
    }
  }
  return faults.slice(0, mostFaults)
}

const badText = 'U+0000, half of a surrogate pair or over 30 combining marks in a row, which no text may hold'
const numberRange = 'a number between -1.8e308 and 1.8e308'

function pathTo(container: Container, ...names: (string | number)[]): (string | number)[] {
  const path = names
  for (let at: Container | undefined = container; at?.name !== undefined; at = at.parent)
    path.unshift(at.name)
  return path
}

/** False for bytes and streams, which parsers of other media types give. */
export function isContainer(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Stream) && !ArrayBuffer.isView(value)
  )
}

/** True for text that cannot be stored. */
export function isBadText(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed() || hasEndlessMarks(text)
}
