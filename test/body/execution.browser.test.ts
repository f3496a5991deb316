import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/body/convert.ts'
import { toHtml } from '../../src/body/html.ts'
import { withKeys } from '../../src/body/keys.ts'
import { bodyFormats } from '../../src/contract/body-input.ts'
import { browserReason, hasBrowser, openBrowser } from '../support/browser.ts'
import { corpus } from '../support/fixtures.ts'
import { payloads } from './payloads.ts'

const origin = 'http://page.example'
const pictures = /\.(?:png|jpg|gif|svg)|\/[xi]$/

/** A page on which every script that runs is counted, in frames too, and from which nothing reaches a network. */
async function openPage(): Promise<{
  page: Page
  load(html: string): Promise<void>
  runs(): Promise<number>
}> {
  const browser = await openBrowser()
  const page = await browser.newPage()
  let count = 0
  await page.exposeFunction('countRun', () => {
    count += 1
  })
  await page.addInitScript(`for (const name of ['run', 'alert', 'confirm', 'prompt', 'print'])
    window[name] = () => { top.countRun() }`)
  let html = ''
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url())
    if (route.request().url() === `${origin}/`) return route.fulfill({ contentType: 'text/html', body: html })
    return pictures.test(pathname) ? route.fulfill({ status: 404 }) : route.abort()
  })
  return {
    page,
    load: async (content) => {
      html = content
      await page.goto(`${origin}/`, { waitUntil: 'load' })
    },
    runs: async () => {
      // Handlers of what is loading or animated come later than the page.
      await page.waitForTimeout(300)
      return count
    },
  }
}

const dompurify = corpus('html-sanitize/dompurify/expect.json').text
const all = [
  ...payloads,
  ...(JSON.parse(dompurify ?? '[]') as { payload: string }[]).map(({ payload }) => payload),
]
const bodies = all.flatMap((payload) =>
  bodyFormats.map((format) =>
    toHtml(withKeys(convert({ format, content: payload.replaceAll('\0', '\uFFFD') }))),
  ),
)
const asPage = (parts: readonly string[]) =>
  `<!doctype html><meta charset="utf-8"><title>x</title><body>${parts.join('\n<hr>\n')}`

/** Puts each part into the page on its own, as the content of an element and as that of a template. */
const insertEach = `(parts) => {
  for (const part of parts) {
    const element = document.createElement('div')
    document.body.append(element)
    element.innerHTML = part
    const template = document.createElement('template')
    template.innerHTML = part
    document.body.append(document.importNode(template.content, true))
  }
  const targets = [...document.querySelectorAll('a[href], img[src]')].map((each) => each.href ?? each.src)
  const handlers = [...document.querySelectorAll('*')].flatMap((each) =>
    each.getAttributeNames().filter((name) => name.startsWith('on') || name === 'srcdoc' || name === 'action'))
  const active = document.querySelectorAll('script, iframe, object, embed, form, link, meta[http-equiv], base, svg, math')
  return { elements: document.body.querySelectorAll('*').length, targets, handlers, active: active.length }
}`

describe.skipIf(!hasBrowser)(`a browser ${browserReason}`, () => {
  it('runs scripts of the payloads as they are, so that the test below can fail', async () => {
    const { load, runs } = await openPage()
    await load(asPage(payloads.filter((payload) => payload.length < 40)))
    expect(await runs()).toBeGreaterThan(10)
  }, 60_000)

  it('runs none of what is stored of them: in a page, put into an element, and out of a template', async () => {
    expect(bodies.length).toBeGreaterThan(3300)
    const { page, load, runs } = await openPage()
    for (let start = 0; start < bodies.length; start += 500) {
      const some = bodies.slice(start, start + 500)
      await load(asPage(some))
      const found = (await page.evaluate(`(${insertEach})(${JSON.stringify(some)})`)) as {
        elements: number
        targets: string[]
        handlers: string[]
        active: number
      }
      expect(found.elements).toBeGreaterThan(1000)
      expect(found.handlers).toEqual([])
      expect(found.active).toBe(0)
      expect(found.targets.filter((target) => !/^(?:https?|mailto|tel):/.test(target))).toEqual([])
    }
    expect(await runs()).toBe(0)
  }, 300_000)
})
