import { findTrailingAds, parseAdRow, toAdRow } from './ad-rows.ts'
import { type PageBlock, toBlocks } from './page-blocks.ts'
import { PageError } from './page-error.ts'
import { type DividedLines, type PageSource, parseAttribution, takeSource } from './page-source.ts'
import { type Line, readLines } from './plain-text-lines.ts'
import { isRelatedHeading, type PageRelated, pairRelated } from './related-list.ts'

export { PageError } from './page-error.ts'

/** One ad on the page; `position` counts from 1 within its slot, `creative` is the text shown. */
export interface PagePlacement {
  slot: 'after-body' | 'after-related'
  position: number
  creative: string
}

/** What a page in plain text says, and nothing that it does not say. */
export interface PlainTextPage {
  title: string
  body: PageBlock[]
  source: PageSource | null
  related: PageRelated[]
  placements: PagePlacement[]
}

/** A section of the page, its ads told from the rest. */
interface Section {
  readonly texts: readonly string[]
  readonly ads: readonly Line[]
}

const maxPlacements = 1_000

/**
 * Reads an article page in plain text. The first line is the title, every other a block of its own, but for:
 * the source attribution; the list under the last line that says "Related articles"; and ads.
 *
 * Ads are lines that repeat one text without a space between (see `parseAdRow`) in one of two places: at the
 * end of the body or of the related list, where one that stands alone also counts when a row showed the same
 * text; or anywhere after an attribution that follows the body. Elsewhere such a line is a paragraph.
 *
 * Texts are kept verbatim in NFC, without surrounding white space. Throws a PageError, and nothing else, when
 * the bytes are not such a page. Linear in the size, which is 5,000,000 bytes at most.
 */
export function readPlainTextPage(bytes: Uint8Array): PlainTextPage {
  const lines = readLines(bytes)
  const title = getTitle(lines)
  const rest = lines.slice(1)
  const opening = rest.findLastIndex((line) => isRelatedHeading(line.text))
  const main = takeSource(opening === -1 ? rest : rest.slice(0, opening))
  const listed = opening === -1 ? [] : rest.slice(opening + 1)
  const list = main.source === null ? takeSource(listed) : { source: null, before: listed, after: [] }

  const body = divideBody(main)
  if (body.texts.length === 0) {
    throw new PageError(
      title.number,
      'no text follows the title; put each paragraph on a line of its own below it',
    )
  }
  const related = divideList(list, new Set(body.ads.map((line) => toAdRow(line.text).creative)))
  return {
    title: title.text,
    body: toBlocks(body.texts),
    source: main.source ?? list.source,
    related: pairRelated(related.texts),
    placements: [...toPlacements(body.ads, 'after-body'), ...toPlacements(related.ads, 'after-related')],
  }
}

function getTitle(lines: readonly Line[]): Line {
  const [title] = lines
  if (title === undefined) {
    throw new PageError(null, 'the page is empty; put the title on the first line and the text below it')
  }
  if (isRelatedHeading(title.text) || parseAttribution(title.text) !== undefined) {
    throw new PageError(title.number, `"${title.text}" is not a title; put the title on the first line`)
  }
  return title
}

function divideBody({ before, after }: DividedLines): Section {
  const lines = [...before, ...after]
  const trailing = findTrailingAds(lines, new Set())
  // An attribution at the top says nothing about the lines below it: they are the body.
  const afterBody = before.length === 0 ? lines.length : before.length
  const isAd = (line: Line, index: number) =>
    index >= trailing || (index >= afterBody && parseAdRow(line.text) !== undefined)
  return {
    texts: lines.filter((line, index) => !isAd(line, index)).map((line) => line.text),
    ads: lines.filter(isAd),
  }
}

function divideList({ before, after }: DividedLines, creatives: ReadonlySet<string>): Section {
  const lines = [...before, ...after]
  const trailing = findTrailingAds(lines, creatives)
  return { texts: lines.slice(0, trailing).map((line) => line.text), ads: lines.slice(trailing) }
}

function toPlacements(ads: readonly Line[], slot: PagePlacement['slot']): PagePlacement[] {
  const placements: PagePlacement[] = []
  for (const line of ads) {
    const { creative, count } = toAdRow(line.text)
    if (placements.length + count > maxPlacements) {
      throw new PageError(
        line.number,
        `more than ${maxPlacements} ads stand in one place; remove the repetitions`,
      )
    }
    for (let shown = 0; shown < count; shown += 1) {
      placements.push({ slot, position: placements.length + 1, creative })
    }
  }
  return placements
}
