import MarkdownIt from 'markdown-it'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/body/convert.ts'
import { toHtml } from '../../src/body/html.ts'
import { withKeys } from '../../src/body/keys.ts'
import { toMarkdown } from '../../src/body/markdown.ts'
import { bodyFormats } from '../../src/contract/body-input.ts'
import { corpus } from '../support/fixtures.ts'
import { payloads } from './payloads.ts'

type Node = DefaultTreeAdapterTypes.ChildNode

const elements = new Set(
  (
    'html head body p h1 h2 h3 h4 h5 h6 blockquote ul ol li strong em u s code sub sup a br figure img figcaption ' +
    'small pre table thead tbody tr th td hr'
  ).split(' '),
)
const attributes = new Set('data-key href title rel src alt class scope style width height start'.split(' '))
const safeAddress = /^(?:https?:\/\/|mailto:|tel:|\/(?!\/)|[#?])/i

/** What stands in a page that could run something, or that no body may hold. */
function dangersIn(html: string): string[] {
  const dangers: string[] = []
  const open: Node[] = [...parse(html).childNodes]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!('tagName' in node)) continue
    if (!elements.has(node.tagName)) dangers.push(`<${node.tagName}>`)
    for (const { name, value } of node.attrs) {
      const isAddress = name === 'href' || name === 'src'
      if (!attributes.has(name) || (isAddress && !safeAddress.test(value))) dangers.push(`${name}=${value}`)
      if (name === 'style' && !/^text-align:(?:left|center|right)$/.test(value))
        dangers.push(`${name}=${value}`)
    }
    open.push(...node.childNodes)
  }
  return dangers
}

const anyMarkdown = new MarkdownIt({ html: true })

function expectHarmless(content: string): void {
  for (const format of bodyFormats) {
    const body = withKeys(convert({ format, content }))
    expect(dangersIn(toHtml(body)), `${format} ${content}`).toEqual([])
    // Some will render the delivered Markdown with raw HTML allowed.
    expect(dangersIn(anyMarkdown.render(toMarkdown(body))), `${format} ${content}`).toEqual([])
    const again = withKeys(convert({ format: 'html', content: toHtml(body) }))
    if (format !== 'text') expect(again, `${format} ${content}`).toEqual(body)
  }
}

describe('hostile content', () => {
  it('leaves nothing that could run, in any format, and is the same when it is reduced again', () => {
    expect(payloads.length).toBeGreaterThan(1000)
    for (const payload of payloads) expectHarmless(payload.replaceAll('\0', '\uFFFD'))
  })

  const { text, reason } = corpus('html-sanitize/dompurify/expect.json')
  it.skipIf(text === undefined)(
    `of the test cases of DOMPurify leaves nothing that could run ${reason}`,
    () => {
      const cases = JSON.parse(text ?? '[]') as { payload: string }[]
      expect(cases.length).toBeGreaterThan(200)
      for (const { payload } of cases) expectHarmless(payload.replaceAll('\0', '\uFFFD'))
    },
  )
})
