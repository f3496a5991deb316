import { type Failure, ImportError } from '../item.ts'
import { parseJson } from '../json.ts'
import { decode } from '../source.ts'
import { cutTables } from './ghost-cut.ts'
import { type Members, membersOf, textOf } from './values.ts'

/** What articles are made of besides their posts, by what it is looked up by. */
export interface Tables {
  readonly tags: ReadonlyMap<string, Members>
  readonly users: ReadonlyMap<string, Members>
  readonly metas: ReadonlyMap<string, Members>
  /** Ids of tags and of authors, by the post. */
  readonly tagsOf: ReadonlyMap<string, readonly Joined[]>
  readonly authorsOf: ReadonlyMap<string, readonly Joined[]>
  readonly language: string | undefined
}

interface Joined {
  readonly id: string
  readonly order: number
}

/** Each kept value counts as so many characters besides its own. More is kept of no export: 500,000 posts, say. */
const charactersOfValue = 50
const mostCharacters = 150_000_000
const mostFailures = 100

/** The ids in their order. */
export function inOrder(joined: readonly Joined[] = []): string[] {
  return joined.toSorted((one, other) => one.order - other.order).map(({ id }) => id)
}

/** A row of a table. Throws ImportError for what cannot be read. */
export function readRow(row: Buffer | 'too-long'): Members {
  if (row === 'too-long') throw new ImportError('it is over 20 MB')
  return membersOf(parseJson(decode(row)))
}

/** Reads all tables but the posts, and of each row what is needed. Throws ImportError where they are too large. */
export async function readTables(path: string) {
  const tags = new Map<string, Members>()
  const users = new Map<string, Members>()
  const metas = new Map<string, Members>()
  const tagsOf = new Map<string, Joined[]>()
  const authorsOf = new Map<string, Joined[]>()
  const failures: Failure[] = []
  let language: string | undefined
  let hasPosts = false
  let room = mostCharacters
  const kept = (value: unknown): string | undefined => {
    const text = textOf(value)
    room -= charactersOfValue + (text?.length ?? 0)
    if (room < 0) throw new ImportError('its tables beside the posts are too large; split the export')
    return text
  }
  const named = (row: Members) => ({ name: kept(row.name), slug: kept(row.slug) })
  const join = (table: Map<string, Joined[]>, row: Members, key: string) => {
    const [post = '', id] = [kept(row.post_id), kept(row[key])]
    if (id === undefined) return
    const joined = table.get(post) ?? []
    joined.push({ id, order: Number(row.sort_order ?? 0) })
    table.set(post, joined)
  }
  const readers: Readonly<Record<string, (row: Members) => void>> = {
    tags: (row) => tags.set(kept(row.id) ?? '', named(row)),
    users: (row) => users.set(kept(row.id) ?? '', named(row)),
    posts_meta: (row) =>
      metas.set(kept(row.post_id) ?? '', {
        meta_title: kept(row.meta_title),
        meta_description: kept(row.meta_description),
        feature_image_alt: kept(row.feature_image_alt),
        feature_image_caption: kept(row.feature_image_caption),
      }),
    posts_tags: (row) => join(tagsOf, row, 'tag_id'),
    posts_authors: (row) => join(authorsOf, row, 'author_id'),
    settings: (row) => {
      const key = textOf(row.key)
      if (key === 'lang' || key === 'locale' || key === 'default_locale') language ??= kept(row.value)
    },
  }
  const numbers = new Map<string, number>()
  for await (const { table, row } of cutTables(path, { isCounted: false })) {
    hasPosts ||= table === 'posts'
    const read = Object.hasOwn(readers, table) ? readers[table] : undefined
    if (row === undefined || read === undefined) continue
    const number = (numbers.get(table) ?? 0) + 1
    numbers.set(table, number)
    let members: Members
    try {
      members = readRow(row)
    } catch (error) {
      if (!(error instanceof ImportError)) throw error
      if (failures.length < mostFailures)
        failures.push({ kind: 'failed', place: `${table}, row ${number}`, reason: error.message })
      continue
    }
    read(members)
  }
  const tables: Tables = { tags, users, metas, tagsOf, authorsOf, language }
  return { tables, failures, hasPosts }
}
