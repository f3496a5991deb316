import { EventEmitter } from 'node:events'
import pg from 'pg'

/** The channel on which every write transaction announces its commit. */
export const changeChannel = 'copydesk_changes'

const reconnectMs = 1_000

/**
 * Hears of commits by any instance: a connection of its own that listens, opened with the first listener and
 * again whenever it breaks. What is said in between is lost, which is why followers also look by themselves.
 */
export function createChangeListener(options: pg.ClientConfig) {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let isClosed = false

  async function connect(): Promise<void> {
    const connection = new pg.Client(options)
    client = connection
    const lose = () => {
      if (client !== connection) return
      client = undefined
      connection.end().catch(() => {})
      if (!isClosed) retry = setTimeout(() => void connect(), reconnectMs).unref()
    }
    connection.on('error', lose).on('end', lose)
    connection.on('notification', () => emitter.emit('change'))
    try {
      await connection.connect()
      await connection.query(`listen ${changeChannel}`)
      // Whatever was said while nobody listened.
      emitter.emit('change')
    } catch {
      lose()
    }
  }

  return {
    on(listener: () => void): () => void {
      if (emitter.listenerCount('change') === 0 && client === undefined) void connect()
      emitter.on('change', listener)
      return () => void emitter.off('change', listener)
    },
    async close(): Promise<void> {
      isClosed = true
      clearTimeout(retry)
      const connection = client
      client = undefined
      await connection?.end().catch(() => {})
    },
  }
}
