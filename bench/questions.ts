/** What is asked of a filled database: found through its own API, so that it is of whatever size and seed. */
export interface Questions {
  readonly articles: number
  /** Paths by what they are; they are asked in turn. */
  readonly paths: Readonly<Record<string, readonly string[]>>
  /** The number of the page that counts as the deep one. */
  readonly deepPage: number
}

interface Page<Item> {
  readonly data: readonly Item[]
  readonly page: { readonly next: string | null; readonly total?: number }
}

interface Card {
  readonly slug: string
  readonly title: string
  readonly section: { readonly slug: string } | null
}

const list = '/v1/articles'
const pageSize = 20
const deepestPage = 10_000
/** Cursors are of an article and not of a page: large pages lead to the same place sooner. */
const stride = 5 * pageSize
const sampled = 1_000
const rareShare = 0.01

/** Looks around in what a server has. `say` gets a line a step. */
export async function askAround(origin: string, say: (step: string) => void): Promise<Questions> {
  const get = async <Item>(path: string): Promise<Page<Item>> => {
    const answer = await fetch(origin + path)
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
    return (await answer.json()) as Page<Item>
  }
  const total = async (path: string) => (await get(`${path}&count=true&limit=1`)).page.total ?? 0
  const articles = await total(`${list}?`)
  const deepPage = Math.max(1, Math.min(deepestPage, Math.floor((0.9 * articles) / pageSize)))
  say(`${articles} articles; walking to page ${deepPage}`)

  const cards: Card[] = []
  const steps = Math.floor(((deepPage - 1) * pageSize) / stride)
  let cursor: string | null = null
  for (let step = 0; step < steps; step += 1) {
    const after: string = cursor === null ? '' : `&cursor=${cursor}`
    const { data, page } = await get<Card>(`${list}?limit=${stride}&fields=slug,title,section${after}`)
    if (step % Math.ceil(steps / (sampled / stride)) === 0) cards.push(...data)
    cursor = page.next
  }
  if (cards.length === 0) cards.push(...(await get<Card>(`${list}?limit=${stride}`)).data)
  const sections = [...new Set(cards.flatMap(({ section }) => section?.slug ?? []))]

  say('looking for words')
  const counts = new Map<string, number>()
  const countOf = async (words: string) => {
    const known = counts.get(words) ?? (await total(`${list}?q=${encodeURIComponent(words)}`))
    counts.set(words, known)
    return known
  }
  const pairs: string[] = []
  for (const { title } of cards) {
    if (pairs.length >= 20) break
    const words = [...new Set(title.toLowerCase().match(/\p{L}{5,}/gu) ?? [])].slice(0, 6)
    const rare: string[] = []
    for (const word of words) if ((await countOf(word)) <= Math.max(1, rareShare * articles)) rare.push(word)
    if (rare.length >= 2) pairs.push(rare.slice(0, 2).join(' '))
  }
  const search = (words: string) => `${list}?limit=${pageSize}&q=${encodeURIComponent(words)}`
  return {
    articles,
    deepPage,
    paths: {
      article: cards.map(({ slug }) => `${list}/${encodeURIComponent(slug)}`),
      'page 1': [`${list}?limit=${pageSize}`],
      [`page ${deepPage}`]: [`${list}?limit=${pageSize}${cursor === null ? '' : `&cursor=${cursor}`}`],
      'page 1 of a section': sections.map((slug) => `${list}?limit=${pageSize}&section=${slug}`),
      'two rare words': pairs.map(search),
      'a common word': [search('the')],
    },
  }
}
