import Database from 'better-sqlite3'
import type { Damage } from './integrity.ts'
import { pathOf } from './path.sqlite.ts'

const mostTold = 100
const busyMs = 5_000

/** What is said where an index has not what its table has. */
const ofIndex = /(?:missing from|wrong # of entries in|non-unique entry in) index (\S+)/
/** What is said of an index of words. */
const ofWords = /fts5.*\btable (?:main\.)?"?(\w+_words)\b/i

/** Every page of the file is read. */
export async function* findSqliteDamage(databaseUrl: string): AsyncGenerator<Damage> {
  const path = pathOf(databaseUrl)
  const told = read(path, (connection) => connection.pragma(`integrity_check(${mostTold})`)) as {
    integrity_check: string
  }[]
  const messages = told.map(({ integrity_check: message }) => message).filter((message) => message !== 'ok')
  const indexes = new Set(messages.flatMap((message) => ofIndex.exec(message)?.[1] ?? []))
  for (const index of indexes)
    yield {
      what: `the index ${index} is not what its table has`,
      mend: async () => {
        write(path, (connection) => connection.exec(`reindex "${index.replaceAll('"', '""')}"`))
        return `made the index ${index} anew`
      },
    }
  const words = new Set(messages.flatMap((message) => ofWords.exec(message)?.[1] ?? []))
  for (const table of words)
    yield {
      what: `the index of words ${table} is damaged`,
      mend: async () => {
        write(path, (connection) =>
          connection.exec(`insert into "${table}" ("${table}") values ('delete-all')`),
        )
        return `emptied ${table}, to be filled again`
      },
    }
  for (const message of messages)
    if (!ofIndex.test(message) && !ofWords.test(message))
      yield { what: `the file is damaged: ${message}; restore a backup`, mend: undefined }
}

function read<T>(path: string, work: (connection: Database.Database) => T): T {
  const connection = new Database(path, { readonly: true, timeout: busyMs })
  try {
    return work(connection)
  } finally {
    connection.close()
  }
}

function write(path: string, work: (connection: Database.Database) => void): void {
  const connection = new Database(path, { timeout: busyMs })
  try {
    work(connection)
  } finally {
    connection.close()
  }
}
