import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { browserReason, hasBrowser, openBrowser } from './support/browser.ts'
import { startServer } from './support/server.ts'

/** A page of a browser of its own, and what it did that it should not do. */
async function openPage(origin: string): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('websocket', (socket) => requests.push(socket.url()))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`)
  await page.goto(`${origin}/docs`)
  return { page, requests, complaints }
}

/** What is shown from the top of the page to its end: of a long page only that is there which is in view. */
async function operationsOf(page: Page): Promise<Set<string>> {
  const names = page.locator('.opblock-summary-operation-id')
  await names.first().waitFor()
  const shown = new Set<string>()
  for (let isOver = false; !isOver; ) {
    for (const name of await names.allInnerTexts()) shown.add(name)
    isOver = await page.evaluate<boolean>(scrollOn)
    // Two frames, in which what is now in view is drawn.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
  }
  await page.evaluate('scrollTo(0, 0)')
  return shown
}

/** Half a screen further; true where the page has come to its end. */
const scrollOn = `scrollBy(0, innerHeight / 2), scrollY + innerHeight >= document.documentElement.scrollHeight - 1`

it.skipIf(!hasBrowser)(
  `/docs shows every operation and tries one out, without reaching another host ${browserReason}`,
  async () => {
    const { app } = await startServer({ seeded: true })
    const [origin = ''] = app.listeningOrigin.split(' ')
    const { page, requests, complaints } = await openPage(origin)
    const description = app.swagger() as { paths: Record<string, Record<string, { operationId?: string }>> }
    const operations = Object.values(description.paths).flatMap((item) => Object.values(item))
    const described = operations.flatMap(({ operationId }) => operationId ?? [])
    const shown = await operationsOf(page)
    expect(described).toContain('getArticle')
    expect([...shown].sort()).toEqual(described.sort())
    expect(await page.title()).toBe('Copydesk API')

    const operation = page.locator('.opblock', {
      has: page.locator('.opblock-summary-operation-id', { hasText: /^getArticle$/ }),
    })
    await operation.locator('.opblock-summary-control').click()
    await operation.locator('.try-out__btn').click()
    await operation
      .locator('tr[data-param-name="idOrSlug"] input')
      .fill('anthony-blinken-the-return-and-israel')
    await operation.locator('button.execute').click()
    const answer = operation.locator('.live-responses-table')
    await answer.waitFor()
    expect(await answer.locator('.response-col_status').last().textContent()).toMatch(/^200/)
    expect(await answer.textContent()).toContain('Anthony Blinken the return and Israel')
    await page.evaluate('scrollTo(0, 0)')
    await page.screenshot({ path: join(tmpdir(), 'copydesk-docs.png') })
    await answer.scrollIntoViewIfNeeded()
    await page.screenshot({ path: join(tmpdir(), 'copydesk-docs-answer.png') })

    expect(complaints).toEqual([])
    expect(requests.length).toBeGreaterThan(4)
    const elsewhere = requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:'))
    expect(elsewhere).toEqual([])
  },
  60_000,
)
