import { readFileSync, writeFileSync } from 'node:fs'

/** One answer of Copydesk, for the bare servers to repeat. */
export interface Recording {
  /** Path and query. */
  readonly path: string
  /** 200 when absent. */
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What Node writes by itself, per connection or per answer. */
const ownHeaders = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

/** Asks for a path, uncompressed. Throws when the answer is not 200. */
export async function record(origin: string, path: string): Promise<Recording> {
  const answer = await fetch(`${origin}${path}`, { headers: { 'accept-encoding': 'identity' } })
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ownHeaders.has(name)))
  return { path, headers, body: Buffer.from(await answer.arrayBuffer()) }
}

/** Writes recordings for another process. */
export function writeRecordings(file: string, recordings: readonly Recording[]): void {
  const rows = recordings.map((recording) => ({ ...recording, body: recording.body.toString('base64') }))
  writeFileSync(file, JSON.stringify(rows))
}

/** Reads them back, by path and query. */
export function readRecordings(file: string): Map<string, Recording> {
  const rows = JSON.parse(readFileSync(file, 'utf8')) as (Omit<Recording, 'body'> & { body: string })[]
  return new Map(rows.map((row) => [row.path, { ...row, body: Buffer.from(row.body, 'base64') }]))
}
