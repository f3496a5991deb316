import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { browserReason, hasBrowser, openBrowser } from '../support/browser.ts'
import { openNewsroom, placeAds } from './newsroom.ts'

const slug = 'anthony-blinken-the-return-and-israel'

/** A page of a browser of its own, with what it complained of and the scripts that ran in it. */
async function openPage(
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[]; requests: string[]; runs: () => number }> {
  const browser = await openBrowser()
  const page = await browser.newPage(options)
  const complaints: string[] = []
  const requests: string[] = []
  let count = 0
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  await page.exposeFunction('countRun', () => {
    count += 1
  })
  await page.addInitScript('window.run = () => { window.countRun() }')
  return { page, complaints, requests, runs: () => count }
}

/** What stands on the page from top to bottom: headings, paragraphs of the body, slots and links. */
const outline = `[...document.querySelectorAll('h1, .body > *, .ads, .related li')].map((element) =>
  element.matches('.ads') ? 'ads ' + element.dataset.slot
  : element.matches('.related li') ? 'related ' + element.querySelector('strong').textContent
  : element.localName)`

const isWithinWidth = 'document.documentElement.scrollWidth <= innerWidth'

describe.skipIf(!hasBrowser)(`the example page in a browser ${browserReason}`, () => {
  it('shows the source article with its heading, its related links and its ads at their anchors', async () => {
    const { site } = await openNewsroom()
    const { page, complaints, requests } = await openPage({ viewport: { width: 1280, height: 1000 } })
    const response = await page.goto(`${site}/`)
    expect(response?.status()).toBe(200)
    await page.getByRole('link', { name: 'Anthony Blinken the return and Israel' }).click()
    await page.waitForURL(`${site}/${slug}`)

    expect(await page.title()).toBe('Anthony Blinken the return and Israel')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual([
      'Anthony Blinken the return and Israel',
    ])
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      '“Very difficult moment”',
      'Related articles',
    ])
    expect(await page.evaluate(outline)).toEqual([
      'h1',
      ...Array(6).fill('p'),
      'h2',
      ...Array(11).fill('p'),
      'ads after-body',
      'related Senator Granato’s Pro-Russian Advocacy',
      'related Emmanuel Macron does not rule out sending Western troops to Ukraine',
      'related AU PSC: Morocco calls to support South Sudan',
      'related The Pro-Russia Jana Toom’s Political Perspective',
      'ads after-related',
    ])
    const slots = page.getByRole('complementary', { name: 'Advertisement' })
    const labelled = await slots.evaluateAll((all) => all.map((slot) => slot.textContent?.match(/\S.*/g)))
    expect(labelled).toEqual([
      ['Advertisement', 'Electric Scooter X'.repeat(4)],
      ['Advertisement', 'Electric Scooter X'],
    ])
    expect(await slots.getByRole('listitem').allInnerTexts()).toEqual(Array(5).fill('Electric Scooter X'))
    expect(await slots.getByText('Advertisement').first().isVisible()).toBe(true)
    await page.screenshot({ path: join(tmpdir(), 'copydesk-example.png'), fullPage: true })

    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate(isWithinWidth)).toBe(true)
    await page.screenshot({ path: join(tmpdir(), 'copydesk-example-phone.png'), fullPage: true })
    expect(complaints).toEqual([])
    expect(requests.filter((url) => !url.startsWith(`${site}/`) && !url.startsWith('data:'))).toEqual([])
  }, 60_000)

  it('puts each slot where it is anchored, frames HTML, and follows related links', async () => {
    const { server, site, make, publish } = await openNewsroom()
    const sectionId = await make('sections', { name: 'City' })
    const authorId = await make('authors', { name: 'Jane Roe' })
    const target = await publish({ title: 'How the bridge closed' })
    const id = await publish(
      {
        title: 'Harbour bridge reopens',
        subtitle: 'Traffic flows after two years of work',
        sectionId,
        authors: [{ authorId, role: 'reporter' }],
        source: { attribution: 'First published by', name: 'The Wire', url: 'https://wire.example/1' },
        body: {
          format: 'markdown',
          content: [
            'The bridge is **open** again, says [the city](https://city.example/).',
            '## How it went',
            '- steel\n- concrete\n  - and more of it',
            'A second paragraph.',
            '> It was about time.',
            '| lane | open |\n| :-- | --: |\n| left | yes |',
            '```js\nif (open) drive()\n```',
            'The end.',
          ].join('\n\n'),
        },
      },
      [
        { articleId: target, kind: 'background' },
        { title: 'Timetable of the ferries', url: 'https://ferry.example/times', excerpt: 'Until Sunday.' },
      ],
    )
    await server.http
      .post(`/manage/v1/articles/${id}/corrections`)
      .set({ authorization: `Bearer ${await server.token('editor')}` })
      .send({ text: 'An earlier version named the wrong bridge.' })
      .expect(200)
    const bright = 'background:#cde;padding:2rem;font-family:sans-serif'
    await placeAds(server, id, [
      { place: 'bottom', title: 'At the bottom' },
      { place: 'sidebar', title: 'Beside' },
      { place: 'after-related', title: 'After the links' },
      { place: 'after-body', title: 'After the body', clickUrl: 'https://shop.example/?a=1&b=2' },
      {
        place: 'in-body',
        afterBlock: 2,
        title: 'A new boat',
        html: `<p style="${bright}">Buy & sail. <a href="https://boats.example/">See it</a></p>`,
        sizes: ['300x250'],
      },
      { place: 'before-body', title: 'Before the body', label: 'Anzeige' },
      { place: 'top', title: 'At the top' },
    ])
    const { page, complaints } = await openPage({ viewport: { width: 1280, height: 1000 } })
    await page.goto(`${site}/harbour-bridge-reopens`)
    expect(await page.evaluate(outline)).toEqual([
      'ads test-top',
      'h1',
      'ads test-before-body',
      ...['p', 'h2', 'ul', 'p', 'ads test-in-body', 'blockquote', 'div', 'pre', 'p'],
      'ads test-after-body',
      'related How the bridge closed',
      'related Timetable of the ferries',
      'ads test-after-related',
      'ads test-sidebar',
      'ads test-bottom',
    ])
    expect(await page.locator('[data-slot=test-before-body] .label').innerText()).toMatch(/^anzeige$/i)
    const ad = page.getByRole('link', { name: 'After the body' })
    expect(await ad.getAttribute('href')).toBe('https://shop.example/?a=1&b=2')
    expect(await ad.getAttribute('rel')).toBe('sponsored noopener')

    const frame = page.getByTitle('Advertisement: A new boat')
    expect(await frame.getAttribute('sandbox')).not.toMatch(/allow-(same-origin|scripts|top|forms)/)
    const creative = page.frameLocator('iframe').locator('p')
    await frame.scrollIntoViewIfNeeded()
    expect(await creative.innerText()).toBe('Buy & sail. See it')
    const padding = "getComputedStyle(document.querySelector('p')).paddingTop"
    expect(await page.frames()[1]?.evaluate(padding)).toBe('32px')
    expect(await frame.boundingBox()).toMatchObject({ width: 300, height: 250 })
    await page.screenshot({ path: join(tmpdir(), 'copydesk-example-anchors.png'), fullPage: true })

    expect(await page.getByRole('region', { name: 'Corrections' }).innerText()).toContain('the wrong bridge')
    expect(await page.locator('.byline').innerText()).toMatch(/^Jane Roe.*Published .*20\d\d/)
    expect(await page.locator('.source a').getAttribute('href')).toBe('https://wire.example/1')
    const outside = page.getByRole('link', { name: 'Timetable of the ferries' })
    expect(await outside.getAttribute('href')).toBe('https://ferry.example/times')
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate(isWithinWidth)).toBe(true)
    await page.getByRole('link', { name: 'How the bridge closed' }).click()
    await page.waitForURL(`${site}/how-the-bridge-closed`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('How the bridge closed')
    expect(complaints).toEqual([])
  }, 60_000)

  it('runs nothing of what a hostile article and its ads bring', async () => {
    const { server, site, make, publish, act } = await openNewsroom()
    const evil = `"'><img src=x onerror=run()></title></style><script>run()</script><svg onload=run()>`
    const { page, runs } = await openPage({ bypassCSP: true })
    const settle = () => page.waitForTimeout(300)
    await page.goto(`${site}/`)
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(evil)})`)
    await settle()
    expect(runs(), 'the text runs where it is not escaped').toBeGreaterThan(0)
    const before = runs()

    const span = (text: string) => ({ _type: 'span', text })
    const id = await publish(
      {
        ...{ title: evil, slug: 'hostile', subtitle: evil, excerpt: evil, credit: evil },
        seo: { title: evil, description: evil },
        sectionId: await make('sections', { name: evil, slug: 'evil' }),
        authors: [{ authorId: await make('authors', { name: evil, slug: 'evil' }), role: evil }],
        source: { attribution: evil, name: evil, url: `https://evil.example/?"'><script>run()</script>` },
        body: [
          { _type: 'block', style: 'h1', children: [span(evil)] },
          { _type: 'block', children: [span(evil)], listItem: 'bullet' },
          { _type: 'code', code: evil, language: evil },
          {
            _type: 'image',
            src: `https://evil.invalid/"onerror="run()`,
            alt: evil,
            caption: evil,
            credit: evil,
          },
          { _type: 'embed', url: `https://evil.example/"onclick="run()`, caption: evil },
          {
            _type: 'table',
            rows: [
              {
                _type: 'row',
                cells: [{ _type: 'cell', value: [{ _type: 'block', children: [span(evil)] }] }],
              },
            ],
          },
        ],
      },
      [{ title: evil, excerpt: evil, url: `https://evil.example/"onclick="run()` }],
    )
    await act(id, 'corrections', { text: evil })
    await placeAds(server, id, [
      { place: 'top', title: evil, label: evil, clickUrl: 'javascript:run()' },
      { place: 'before-body', title: 'Press', clickUrl: ' java\tscript:run()' },
      {
        ...{ place: 'after-body', title: evil, label: evil, sizes: [`300"onload="run()x250`] },
        html: `<a href="javascript:run()" id="go">go</a><script>top.location = 'about:blank'</script>${evil}`,
      },
    ])
    for (const path of ['/hostile', '/']) {
      await page.goto(site + path)
      for (const frame of await page.locator('iframe').all()) {
        await frame.scrollIntoViewIfNeeded()
        await page.frameLocator('iframe').locator('#go').click()
      }
      await settle()
      expect(runs(), path).toBe(before)
      expect(page.url()).toBe(site + path)
      expect(await page.getByText(evil, { exact: true }).first().isVisible()).toBe(true)
      expect(
        await page.evaluate(`[...document.querySelectorAll('*')].flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on')))`),
      ).toEqual([])
      expect(await page.locator('script, svg, object, embed, form, base').count()).toBe(0)
      const targets = (await page.evaluate(
        '[...document.querySelectorAll("a")].map(({ href }) => href)',
      )) as string[]
      expect(targets.filter((target) => !/^https?:/.test(target))).toEqual([])
    }
  }, 60_000)
})
