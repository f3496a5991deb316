import { expect, it } from 'vitest'
import { withAbsoluteUrls } from '../../src/body/absolute.ts'
import { toBareHtml } from '../../src/body/html.ts'
import type { Body } from '../../src/contract/portable-text.ts'

const link = (href: string) => ({
  _type: 'block' as const,
  _key: 'b',
  style: 'normal' as const,
  children: [{ _type: 'span' as const, _key: 's', text: 'x', marks: ['l'] }],
  markDefs: [{ _type: 'link' as const, _key: 'l', href }],
})
const image = (src: string) => ({ _type: 'image' as const, _key: 'i', src, alt: '' })
const base = 'https://news.example/site/bridge'

it.each([
  ['/a?b=c', 'https://news.example/a?b=c'],
  ['#top', `${base}#top`],
  ['?page=2', `${base}?page=2`],
  ['https://OTHER.example/a', 'https://OTHER.example/a'],
  ['mailto:a@b.example', 'mailto:a@b.example'],
])('resolves the link %s as the page would', (href, absolute) => {
  const body: Body = [
    link(href),
    {
      _type: 'table',
      _key: 't',
      headerRows: 0,
      rows: [{ _type: 'row', _key: 'r', cells: [{ _type: 'cell', _key: 'c', value: [link(href)] }] }],
    },
  ]
  const html = toBareHtml(withAbsoluteUrls(body, base))
  expect(html.split(`<a href="${absolute}"`)).toHaveLength(3)
  expect(html).not.toContain('data-key')
})

it.each(['javascript:alert(1)', '//evil.example/a', '/\\evil.example', '/\t/evil.example'])(
  'makes nothing of %s',
  (href) => {
    const html = toBareHtml(withAbsoluteUrls([link(href), image(href)], base))
    expect(html).not.toMatch(/href|src/)
  },
)

it('resolves images, and leaves what it was given alone', () => {
  const body: Body = [image('/a.png'), image('https://img.example/a.png')]
  const before = structuredClone(body)
  expect(withAbsoluteUrls(body, base)).toEqual([image('https://news.example/a.png'), body[1]])
  expect(body).toEqual(before)
})
