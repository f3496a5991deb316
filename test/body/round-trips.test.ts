import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/body/convert.ts'
import { toHtml } from '../../src/body/html.ts'
import { withKeys } from '../../src/body/keys.ts'
import { bodyInput, body as storedBody } from '../../src/contract/portable-text.ts'
import { bodies, trickyText } from './bodies.ts'
import { canonical } from './canonical.ts'
import { htmlSoup, markdownSoup } from './markup.ts'

describe('HTML that toHtml wrote', () => {
  it('is read as the same body with the same keys', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const again = convert({ format: 'html', content: toHtml(body) })
        expect(canonical(again)).toEqual(canonical(body))
      }),
      { numRuns: 500 },
    )
  })

  it('is read as what it was made of, whatever the HTML before it: reducing twice is reducing once', () => {
    fc.assert(
      fc.property(htmlSoup, (content) => {
        const once = withKeys(convert({ format: 'html', content }))
        const twice = withKeys(convert({ format: 'html', content: toHtml(once) }))
        expect(twice).toEqual(once)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('every conversion', () => {
  it('gives blocks that are valid as sent and, with keys, as stored', () => {
    const content = fc.oneof(
      fc.record({ format: fc.constant('html' as const), content: htmlSoup }),
      fc.record({ format: fc.constant('markdown' as const), content: fc.oneof(markdownSoup, htmlSoup) }),
      fc.record({ format: fc.constant('text' as const), content: fc.oneof(trickyText, markdownSoup) }),
    )
    fc.assert(
      fc.property(content, (sent) => {
        const blocks = convert(sent)
        expect(bodyInput.parse(blocks)).toEqual(blocks)
        const keyed = withKeys(blocks)
        expect(storedBody.parse(keyed)).toEqual(keyed)
      }),
      { numRuns: 2000 },
    )
  })
})
