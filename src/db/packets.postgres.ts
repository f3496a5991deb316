import process from 'node:process'
import type pg from 'pg'

/**
 * Makes what is asked for in one turn travel in one packet. Each packet costs a call of the system here and wakes the
 * server's process there, and most statements cost less than that.
 */
export function sendTogether(client: pg.Client | pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: NodeJS.WritableStream & Corked } }
  const query = client.query.bind(client) as (...call: unknown[]) => unknown
  let isCorked = false
  const cork = (): void => {
    if (isCorked) return
    const { stream } = connection
    stream.cork()
    isCorked = true
    // After all promises that are settled by now have been followed.
    process.nextTick(() => {
      isCorked = false
      stream.uncork()
    })
  }
  client.query = ((...call: unknown[]) => {
    cork()
    return query(...call)
  }) as typeof client.query
}

interface Corked {
  cork(): void
  uncork(): void
}
