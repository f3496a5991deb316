import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { createSite } from './site.ts'

const api = process.env.COPYDESK_URL ?? 'http://127.0.0.1:3000'
const site = createSite(api.replace(/\/$/, ''))

site.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const { port } = site.address() as AddressInfo
  console.log(`http://127.0.0.1:${port} shows what ${api} publishes`)
})
