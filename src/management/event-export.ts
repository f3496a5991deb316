import type { EventView } from '../contract/event.ts'
import { type CsvCell, csvType, writeCsv } from '../http/csv.ts'
import type { EventFilter, StoredChange } from '../store/events.ts'
import type { Db } from '../store/index.ts'
import { eventView } from './event-views.ts'

export const ndjsonType = 'application/x-ndjson'

/** What an export can be, with how it is written. */
export const exportForms = {
  [ndjsonType]: {
    contentType: `${ndjsonType}; charset=utf-8`,
    filename: 'events.ndjson',
    write: (events: readonly EventView[]) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    head: '',
  },
  [csvType]: {
    contentType: `${csvType}; charset=utf-8; header=present`,
    filename: 'events.csv',
    write: (events: readonly EventView[]) => writeCsv(events.map(rowOf)),
    head: writeCsv([
      [
        ...['id', 'at', 'type', 'actorTokenId', 'actorName', 'actorRole'],
        ...['subjectType', 'subjectId', 'subjectSlug', 'version', 'before', 'after', 'details'],
      ],
    ]),
  },
} as const

/** In one transaction; few, because as many clients as like may read slowly. */
const pageSize = 100

/**
 * Every entry that the filter chooses, page by page, as one of the forms. Each page is read by itself when the client
 * has taken the one before, so that no transaction is held open; what is written meanwhile stands above all of them.
 */
export async function* exportEvents(
  db: Db,
  filter: EventFilter,
  { head, write }: (typeof exportForms)[keyof typeof exportForms],
): AsyncGenerator<string> {
  let after: readonly [string, string] | undefined
  let start: string = head
  do {
    const page = { ...filter, after, limit: pageSize }
    const { items, next } = await db.read((reader) => reader.events.list(page), { mayTakeLong: true })
    yield start + write(items.map((item: StoredChange) => eventView(item)))
    start = ''
    after = next ?? undefined
  } while (after)
}

function rowOf({ id, at, type, actor, subject, version, before, after, details }: EventView): CsvCell[] {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
  return [
    ...[id, at, type, actor.tokenId, actor.name, actor.role],
    ...[subject.type, subject.id, subject.slug, version, json(before), json(after), json(details)],
  ]
}
