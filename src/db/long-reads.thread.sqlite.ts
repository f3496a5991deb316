import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { keepStatements } from './statements.sqlite.ts'

/** The thread behind `long-reads.sqlite.ts`: answers questions about one database, one after another. */

/** A statement, or the bounds of what is to see one state of the database. */
export type ThreadQuestion =
  | 'begin'
  | 'end'
  | { readonly sql: string; readonly parameters: readonly unknown[] }

/** Rows as lists of values, or what the driver said. */
export type ThreadAnswer =
  | { readonly rows: readonly unknown[] }
  | { readonly message: string; readonly code: string | undefined }

const connection = new Database(workerData as string, { readonly: true, timeout: 0 })
keepStatements(connection)

parentPort?.on('message', (question: ThreadQuestion) => {
  parentPort?.postMessage(answer(question))
})

function answer(question: ThreadQuestion): ThreadAnswer {
  try {
    return { rows: rowsOf(question) }
  } catch (error) {
    const { message, code } = error as Error & { code?: string }
    return { message, code }
  }
}

function rowsOf(question: ThreadQuestion): readonly unknown[] {
  if (question === 'begin') connection.exec('BEGIN')
  else if (question === 'end') {
    if (connection.inTransaction) connection.exec('COMMIT')
  } else {
    const statement = connection.prepare(question.sql)
    if (statement.reader) return statement.raw().all(...question.parameters)
    // What is made for the connection alone, such as a look at an index of words.
    statement.run(...question.parameters)
  }
  return []
}
