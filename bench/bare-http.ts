// The least that Node can do: send recorded bytes. Arguments: file of recordings, port.
import { createServer } from 'node:http'
import process from 'node:process'
import { readRecordings } from './recording.ts'

const [file = '', port = ''] = process.argv.slice(2)
const recordings = readRecordings(file)

const server = createServer((request, response) => {
  const recording = recordings.get(request.url ?? '')
  if (!recording) return response.writeHead(404).end()
  const { headers, body } = recording
  if (request.headers['if-none-match'] === headers.etag) return response.writeHead(304, headers).end()
  return response.writeHead(200, { ...headers, 'content-length': body.byteLength }).end(body)
})

server.listen(Number(port), '127.0.0.1')
