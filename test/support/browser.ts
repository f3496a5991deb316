import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = paths.find((path) => existsSync(path))

export const hasBrowser = executablePath !== undefined
/** To be put behind the name of a test that is skipped without one. */
export const browserReason = hasBrowser ? '' : `(skipped: none of ${paths.join(', ')} is installed)`

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser of the test's own; closed when the test is over. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    headless: true,
    args: flags,
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  onTestFinished(() => browser.close())
  return browser
}
