import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import { docsFile } from '../package.ts'
import { sendRepresentation } from './conditional.ts'
import { startFile, swaggerUiFiles } from './docs-files.ts'
import { Representation } from './representation.ts'

/** The page runs its own scripts and styles, reads this server, and reaches nothing else. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Copydesk API</title>
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
<link rel="stylesheet" href="/docs/static/index.css">
<link rel="icon" type="image/png" href="/docs/static/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/static/start.js"></script>
</body>
</html>
`

/** Interactive documentation at `/docs`, without anything from other hosts. */
export function installDocs(app: FastifyInstance): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const shownPage = representationOf('text/html; charset=utf-8', Buffer.from(page))
  for (const url of ['/docs', '/docs/'])
    routes.get(url, { schema: { hide: true } }, (request, reply) =>
      sendRepresentation(request, reply.header('content-security-policy', pagePolicy), shownPage),
    )

  const files = new Map([[startFile.name, representationOf(startFile.type, Buffer.from(startFile.text))]])
  const params = z.object({ file: z.string() })
  routes.get('/docs/static/:file', { schema: { hide: true, params } }, (request, reply) => {
    const { file } = request.params
    const representation = files.get(file) ?? readFile(file)
    files.set(file, representation)
    return sendRepresentation(request, reply, representation)
  })
}

/** Throws the problem `not-found` for whatever is not of the page. */
function readFile(name: string): Representation {
  const type = Object.hasOwn(swaggerUiFiles, name) ? swaggerUiFiles[name] : undefined
  if (type === undefined) throw new Problem('not-found', 'There is nothing at this path.')
  return representationOf(type, readFileSync(docsFile(name)))
}

function representationOf(contentType: string, bytes: Buffer): Representation {
  return new Representation({
    bytes,
    contentType,
    lastModified: null,
    cacheControl: 'public, max-age=300',
    cacheTags: [],
  })
}
