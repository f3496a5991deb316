import type { Article, Card } from './delivered.ts'

/** What the API says of an article. */
export type Answer =
  | { readonly kind: 'found'; readonly article: Article; readonly cacheControl: string }
  | { readonly kind: 'moved'; readonly slug: string }
  | { readonly kind: 'gone'; readonly publicReason: string | null }
  | { readonly kind: 'unknown' }

export type ListedCard = Pick<Card, 'slug' | 'title' | 'excerpt' | 'language' | 'publishedAt'>

const timeoutMs = 5_000

/** The API was not reached in time, or could not answer: the page may be there in a moment. */
export class ApiUnavailable extends Error {}

async function ask(url: string): Promise<Response> {
  // `manual`: when a slug has changed, the reader's address bar and search engines are to learn the new one.
  const init: RequestInit = { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }
  const response = await fetch(url, init).catch((error: unknown) => {
    throw new ApiUnavailable(`${url} could not be reached`, { cause: error })
  })
  if (response.status >= 500 || response.status === 429) {
    throw new ApiUnavailable(`${url} answered ${response.status}`)
  }
  return response
}

/**
 * The article at a slug, with its body as Portable Text, its related links and its ads. `segment` is the slug as
 * it stands in an address, encoded.
 */
export async function fetchArticle(api: string, segment: string): Promise<Answer> {
  const response = await ask(`${api}/v1/articles/${segment}`)
  switch (response.status) {
    case 200: {
      const article = (await response.json()) as Article
      return { kind: 'found', article, cacheControl: response.headers.get('cache-control') ?? 'no-store' }
    }
    case 308: {
      const slug = response.headers.get('location')?.split('?')[0]?.split('/').pop() ?? ''
      return { kind: 'moved', slug: decodeURIComponent(slug) }
    }
    case 410: {
      const problem = (await response.json()) as { publicReason: string | null }
      return { kind: 'gone', publicReason: problem.publicReason }
    }
    default:
      return { kind: 'unknown' }
  }
}

/** The newest articles; only the members that are shown are asked for. */
export async function fetchNewest(api: string): Promise<readonly ListedCard[]> {
  const response = await ask(`${api}/v1/articles?fields=slug,title,excerpt,language,publishedAt`)
  if (response.status !== 200) throw new ApiUnavailable(`the list of articles answered ${response.status}`)
  const { data } = (await response.json()) as { data: ListedCard[] }
  return data
}
