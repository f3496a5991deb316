import { describe, expect, it } from 'vitest'
import { fromHtml } from '../../src/body/from-html.ts'
import { fromMarkdown } from '../../src/body/from-markdown.ts'
import type { BlockInput } from '../../src/contract/portable-text.ts'
import { corpus } from '../support/fixtures.ts'

const commonmark = corpus('markdown/commonmark/spec-tests-0.31.2.json')

/** Examples in which GFM differs, or a tag is mentioned and not meant. */
const otherwise =
  /~|https?:\/\/|<(?:script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|svg|template)/i
/** Addresses stay as they were written, where the examples have them percent-encoded; and a bare one of mail. */
const known = [32, 33, 202, 206, 489, 507, 612]

describe('the examples of the CommonMark specification', () => {
  it.skipIf(commonmark.text === undefined)(
    `are read as the HTML that they stand for ${commonmark.reason}`,
    () => {
      const examples = JSON.parse(commonmark.text ?? '[]') as {
        example: number
        markdown: string
        html: string
      }[]
      const chosen = examples.filter(({ markdown }) => !otherwise.test(markdown))
      const wrong = chosen.filter(
        ({ markdown, html }) => JSON.stringify(fromMarkdown(markdown)) !== JSON.stringify(fromHtml(html)),
      )
      expect(chosen.length).toBeGreaterThan(550)
      expect(wrong.map(({ example }) => example)).toEqual(known)
    },
  )
})

const folder = 'portable-text/html/snapshot-tests'
/** Those of whose blocks, marks and white space our bodies have all, and which have no empty paragraphs. */
const names = [
  ...['annotations', 'blockTags', 'fromTheWild2', 'gdocsStrikethroughLink', 'gdocsWhitespaceRemove'],
  ...['gdocsWhitespaceRemoveFirefox', 'simple', 'whitespace3'],
]

/** Text and marks alone: other readers choose other keys. */
function said(blocks: readonly BlockInput[]) {
  return blocks.map((block) => {
    if (block._type !== 'block') return block._type
    const links = new Map(block.markDefs?.map((link) => [link._key, link.href]))
    const spans = block.children.map(({ text, marks }) => [
      text,
      ...(marks ?? []).map((mark) => links.get(mark) ?? mark).sort(),
    ])
    return [block.style, block.listItem, block.level, spans]
  })
}

describe('the cases of other readers of HTML', () => {
  for (const name of names) {
    const input = corpus(`${folder}/${name}/input.html`)
    const output = corpus(`${folder}/${name}/output.json`)
    it.skipIf(input.text === undefined)(`such as ${name} are read alike ${input.reason}`, () => {
      expect(said(fromHtml(input.text ?? ''))).toEqual(said(JSON.parse(output.text ?? '[]')))
    })
  }
})
