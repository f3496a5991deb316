// The least that Fastify can do: send recorded bytes, and read JSON where it is sent some. Arguments: file of recordings, port.
import process from 'node:process'
import fastify from 'fastify'
import { readRecordings } from './recording.ts'

const [file = '', port = ''] = process.argv.slice(2)
const recordings = readRecordings(file)
const app = fastify()

app.get('/*', (request, reply) => {
  const recording = recordings.get(request.url)
  if (!recording) return reply.code(404).send()
  reply.code(recording.status ?? 200).headers(recording.headers)
  const { etag } = recording.headers
  if (etag !== undefined && request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.send(recording.body)
})

app.post('/*', (request, reply) => {
  const recording = recordings.get(request.url)
  if (!recording) return reply.code(404).send()
  return reply
    .code(recording.status ?? 200)
    .headers(recording.headers)
    .send(recording.body)
})

await app.listen({ host: '127.0.0.1', port: Number(port) })
