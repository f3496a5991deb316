import { ImportError } from '../item.ts'

const deepest = 200
/** Elements and attributes together. A feed is read whole, and each of them may take a kilobyte of memory. */
const most = 500_000

/**
 * Throws ImportError for XML with more elements and attributes than there is memory for, or nested so deep that it could
 * not be read by recursion. What is not well-formed may pass. Linear in the length.
 */
export function refuseCostlyXml(xml: string): void {
  let depth = 0
  let count = 0
  let equals = nextOf('=', xml, 0)
  let at = xml.indexOf('<')
  while (at !== -1) {
    const end = endOfMarkup(xml, at)
    if (/[A-Za-z]/.test(xml[at + 1] ?? '')) {
      count += 1
      if (equals < at) equals = nextOf('=', xml, at)
      for (; equals < end; equals = nextOf('=', xml, equals + 1)) count += 1
      if (xml[end - 2] !== '/') depth += 1
    } else if (xml[at + 1] === '/') depth -= 1
    if (depth > deepest) throw new ImportError(`the XML is nested deeper than ${deepest} levels`)
    if (count > most)
      throw new ImportError(`the XML has over ${most} elements and attributes; split the feed`)
    at = xml.indexOf('<', end)
  }
}

/** Where it is next; at the end where it is not. */
function nextOf(character: string, xml: string, from: number): number {
  const at = xml.indexOf(character, from)
  return at === -1 ? xml.length : at
}

/** Behind what begins with `<`: what is not closed goes on to the end. */
function endOfMarkup(xml: string, at: number): number {
  const close = xml.startsWith('<![CDATA[', at) ? ']]>' : xml.startsWith('<!--', at) ? '-->' : '>'
  const end = xml.indexOf(close, at)
  return end === -1 ? xml.length : end + close.length
}
