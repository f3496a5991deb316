import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** What becomes of a commit whose client loses its connection at that moment. */
export type CommitFate = 'arrives' | 'is lost' | 'arrives late'

const lateMs = 500

/**
 * A way to a PostgreSQL that can be cut at a commit. `cutNextCommit` cuts the connection that is the next to
 * commit a transaction in which `marker` was said, such as the title of an article.
 */
export async function commitProxy(databaseUrl: string) {
  const target = new URL(databaseUrl)
  let armed: { readonly marker: string; readonly fate: CommitFate; readonly cut: () => void } | undefined
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let isMarked = false
    client.on('error', () => {}).on('close', () => upstream.end())
    upstream.on('error', () => {}).on('close', () => client.destroy())
    upstream.on('data', (bytes) => client.write(bytes))
    client.on('data', (bytes) => {
      if (armed && bytes.includes(armed.marker)) isMarked = true
      if (!armed || !isMarked || !bytes.includes('COMMIT\0')) return void upstream.write(bytes)
      const { fate, cut } = armed
      armed = undefined
      void cutAt(fate, () => upstream.write(bytes)).then(cut)
    })

    async function cutAt(fate: CommitFate, commit: () => void): Promise<void> {
      client.removeAllListeners('close')
      upstream.removeAllListeners('data')
      const answered = new Promise((resolve) => upstream.once('data', resolve))
      if (fate === 'arrives') {
        commit()
        await answered
      }
      client.destroy()
      if (fate === 'arrives late') {
        await sleep(lateMs)
        commit()
        await answered
      }
      upstream.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    /** Resolves when it was cut, and the commit has had its fate. */
    cutNextCommit: (marker: string, fate: CommitFate) =>
      new Promise<void>((cut) => {
        armed = { marker, fate, cut }
      }),
  }
}
