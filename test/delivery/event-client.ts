import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import type { ChangeReset, PublicChange } from '../../src/contract/public-change.ts'

/** An event as `EventSource` would give it. */
export interface ReceivedEvent {
  readonly type: string
  readonly id: string
  readonly data: string
}

export interface EventClient {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** All that came, in order. */
  readonly events: readonly ReceivedEvent[]
  /** The bytes that came, as text. */
  text(): string
  /** What `EventSource` would send when it comes back. */
  lastId(): string
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>
  /** Reads no more until `resume`. */
  pause(): void
  resume(): void
  leave(): void
}

export interface Asked {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Follows the stream of changes, as HTML has it of server-sent events. */
export function followChanges(
  { server }: FastifyInstance,
  { query = '', headers = {} }: Asked = {},
): Promise<EventClient> {
  const { port } = server.address() as AddressInfo
  return openEvents(new URL(`http://127.0.0.1:${port}/v1/changes/stream${query}`), headers)
}

/** The same of a stream anywhere. */
export function openEvents(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<EventClient> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (answer) => resolve(clientOf(asked, answer)))
    asked.on('error', reject)
    asked.end()
  })
}

function clientOf(asked: ClientRequest, answer: IncomingMessage): EventClient {
  const events: ReceivedEvent[] = []
  let [text, unread, id] = ['', '', '']
  answer.setEncoding('utf8')
  answer.on('data', (chunk: string) => {
    text += chunk
    const blocks = (unread + chunk).split('\n\n')
    unread = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = fieldsOf(block)
      id = fields.get('id')?.at(-1) ?? id
      const data = fields.get('data')?.join('\n')
      if (data !== undefined) events.push({ type: fields.get('event')?.at(-1) ?? 'message', id, data })
    }
  })
  answer.on('error', () => {})
  asked.on('error', () => {})
  const closed = new Promise<void>((resolve) => answer.once('close', resolve))
  onTestFinished(() => void asked.destroy())
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    text: () => text,
    lastId: () => id,
    closed,
    pause: () => void answer.pause(),
    resume: () => void answer.resume(),
    leave: () => void asked.destroy(),
  }
}

function fieldsOf(block: string): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (name !== '') fields.set(name, [...(fields.get(name) ?? []), value])
  }
  return fields
}

export function changesIn({ events }: EventClient): PublicChange[] {
  return events.filter(({ type }) => type === 'change').map(({ data }) => JSON.parse(data))
}

export function resetsIn({ events }: EventClient): ChangeReset[] {
  return events.filter(({ type }) => type === 'reset').map(({ data }) => JSON.parse(data))
}
