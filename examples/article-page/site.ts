import { createServer, type Server, type ServerResponse } from 'node:http'
import { ApiUnavailable, fetchArticle, fetchNewest } from './api.ts'
import { articlePage } from './article.ts'
import { addressOf, layout, type Page } from './layout.ts'
import { frontPage, gonePage, messagePage } from './other-pages.ts'

/**
 * No script runs on these pages, whatever gets into them. Inline styles and pictures from everywhere are allowed
 * for the ads, whose frames inherit this.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "img-src 'self' data: https: http:",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A site over the API at this origin (`https://api.example`): its newest articles at `/`, each at `/{slug}`. */
export function createSite(api: string): Server {
  return createServer(async (request, response) => {
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD')
        return send(response, 405, messagePage('This page can only be read', null))
      }
      const { pathname, search } = new URL(`http://site${request.url}`)
      if (pathname === '/') return send(response, 200, frontPage(await fetchNewest(api)))
      await sendArticle(response, api, pathname.slice(1), search)
    } catch (error) {
      console.error(error)
      response.setHeader('retry-after', '10')
      const status = error instanceof ApiUnavailable ? 503 : 500
      send(response, status, messagePage('This page is not available now', 'Please try again in a moment.'))
    }
  })
}

/** Says what the API says with the same status, which is what search engines and caches go by. */
async function sendArticle(
  response: ServerResponse,
  api: string,
  segment: string,
  search: string,
): Promise<void> {
  if (segment.includes('/')) return sendUnknown(response)
  const answer = await fetchArticle(api, segment)
  switch (answer.kind) {
    case 'found':
      response.setHeader('cache-control', answer.cacheControl)
      return send(response, 200, articlePage(answer.article))
    case 'moved':
      response.writeHead(308, { location: addressOf(answer.slug) + search }).end()
      return
    case 'gone':
      return send(response, 410, gonePage(answer.publicReason))
    case 'unknown':
      return sendUnknown(response)
  }
}

function sendUnknown(response: ServerResponse): void {
  send(response, 404, messagePage('There is no such page', null))
}

function send(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
  })
  response.end(layout(page))
}
