import type { PublicChange } from '../../src/contract/public-change.ts'

/** What a client keeps of an article. */
export interface Copy {
  readonly id: string
  readonly slug: string
  readonly version: number
  readonly title: string
  readonly updatedAt: string
  readonly section: { readonly id: string; readonly slug: string } | null
}

const fields = 'fields=id,slug,version,title,updatedAt,section'

export interface Site {
  /** Reads JSON at a path of it. Throws when the answer is none of 200. */
  read<T>(path: string): Promise<T>
}

export function siteAt(url: string): Site {
  return {
    async read(path) {
      const answer = await fetch(url + path)
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as never
    },
  }
}

interface Page<T> {
  readonly data: readonly T[]
  readonly page: { readonly next: string | null; readonly total?: number }
}

/** Everything that is public, from the list. */
export async function readAll(site: Site): Promise<Map<string, Copy>> {
  const all = new Map<string, Copy>()
  for (let cursor = ''; ; ) {
    const { data, page } = await site.read<Page<Copy>>(`/v1/articles?limit=100&${fields}${cursor}`)
    for (const copy of data) all.set(copy.id, onlyFields(copy))
    if (page.next === null) return all
    cursor = `&cursor=${page.next}`
  }
}

function onlyFields({ section, ...copy }: Copy): Copy {
  return { ...copy, section: section && { id: section.id, slug: section.slug } }
}

/** The number of the newest change, as the description of the API says it is found. */
export async function newestChange(site: Site): Promise<number> {
  const { page } = await site.read<Page<PublicChange>>('/v1/changes?limit=1&count=true')
  return page.total ?? 0
}

/** The changes after a number, page by page. */
export async function* changesAfter(site: Site, since: number): AsyncGenerator<readonly PublicChange[]> {
  for (let cursor = ''; ; ) {
    const { data, page } = await site.read<Page<PublicChange>>(
      `/v1/changes?since=${since}&limit=100${cursor}`,
    )
    if (data.length > 0) yield data
    if (page.next === null) return
    cursor = `&cursor=${page.next}`
  }
}

/** Keeps a copy of what is public by nothing but changes, and by reading what they are about. */
export function createCopy() {
  const copies = new Map<string, Copy>()
  let last = 0

  return {
    copies,
    /** The number of the change up to which it is right. */
    last: () => last,

    begin(at: number, all: ReadonlyMap<string, Copy>): void {
      last = at
      copies.clear()
      for (const [id, copy] of all) copies.set(id, copy)
    },

    /** Takes changes in, all of which follow on what came before. */
    async apply(changes: readonly PublicChange[], site: Site): Promise<void> {
      const wanted = new Set<string>()
      for (const { seq, type, subject, reason } of changes) {
        if (seq !== last + 1) throw new Error(`${seq} came after ${last}`)
        last = seq
        if (subject.type === 'article') {
          if (reason) {
            copies.delete(subject.id)
            wanted.delete(subject.id)
          } else wanted.add(subject.id)
        } else if (type === 'section.updated') rename(subject)
      }
      const ids = [...wanted]
      for (let done = 0; done < ids.length; done += 100) {
        const some = ids.slice(done, done + 100)
        const { data } = await site.read<Page<Copy>>(`/v1/articles?ids=${some}&limit=100&${fields}`)
        for (const id of some) copies.delete(id)
        for (const copy of data) copies.set(copy.id, onlyFields(copy))
      }
    },
  }

  function rename({ id, slug }: { id: string; slug: string | null }): void {
    for (const copy of copies.values())
      if (copy.section?.id === id && slug !== null)
        copies.set(copy.id, { ...copy, section: { ...copy.section, slug } })
  }
}
