import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ErrorCode, errorDefinitions, Problem } from '../contract/errors.ts'
import { sendCacheable } from './conditional.ts'
import { escapeHtml, htmlPage } from './html.ts'

const problemType = z.strictObject({
  type: z.string().meta({ examples: ['/problems/not-found'] }),
  code: z.string().meta({ examples: ['not-found'] }),
  status: z.int().meta({ examples: [404] }),
  title: z.string().meta({ examples: ['Not found'] }),
  help: z.string().meta({ examples: ['Nothing is here, or nothing that you may see.'] }),
})
type ProblemType = z.infer<typeof problemType>

const html = z.string().meta({ examples: ['<!doctype html><title>Not found</title>'] })

function answersOf(json: z.ZodType) {
  return {
    200: {
      description: 'A page, or JSON for those who accept nothing else.',
      content: { 'text/html': { schema: html }, 'application/json': { schema: json } },
    },
  }
}

/** The pages that the `type` of a problem document points to. */
export function registerProblems(app: FastifyInstance): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const list = Object.keys(errorDefinitions).map((code) => describe(code as ErrorCode))

  routes.get(
    '/problems',
    {
      schema: {
        operationId: 'listProblems',
        summary: 'Lists every error that this API answers.',
        tags: ['System'],
        response: answersOf(z.strictObject({ data: z.array(problemType) })),
      },
    },
    (request, reply) => sendForm(request, reply, { json: { data: list }, html: listPage(list) }),
  )

  routes.get(
    '/problems/:code',
    {
      schema: {
        operationId: 'getProblem',
        summary: 'Explains one error.',
        tags: ['System'],
        params: z.object({ code: z.string().meta({ examples: ['not-found'] }) }),
        response: answersOf(problemType),
      },
    },
    (request, reply) => {
      const problem = list.find(({ code }) => code === request.params.code)
      if (problem === undefined) throw new Problem('not-found', 'There is no error with this code.')
      return sendForm(request, reply, { json: problem, html: page(problem) })
    },
  )
}

/** Answers in the form that the client prefers. */
function sendForm(
  request: FastifyRequest,
  reply: FastifyReply,
  forms: { json: object; html: string },
): Promise<void> {
  reply.header('vary', 'Accept')
  const options = { lastModified: null, cacheControl: 'public, max-age=300', cacheTags: [] }
  if (prefersJson(request)) return sendCacheable(request, reply, JSON.stringify(forms.json), options)
  return sendCacheable(request, reply, forms.html, { ...options, contentType: 'text/html; charset=utf-8' })
}

function describe(code: ErrorCode): ProblemType {
  const { status, title, help } = errorDefinitions[code]
  return { type: `/problems/${code}`, code, status, title, help }
}

/** True when the client names JSON and not HTML: browsers name HTML, most programs accept anything. */
function prefersJson({ headers }: FastifyRequest): boolean {
  const accept = headers.accept ?? ''
  return /\bjson\b/i.test(accept) && !/\btext\/html\b/i.test(accept)
}

function page({ code, status, title, help }: ProblemType): string {
  const body = `<h1>${escapeHtml(title)}</h1>
<p><code>${escapeHtml(code)}</code>, HTTP status ${status}</p>
<p>${withCode(help)}</p>
<p><a href="/problems">All errors</a></p>`
  return htmlPage({ title, body })
}

function listPage(list: readonly ProblemType[]): string {
  const items = list.map(
    ({ type, code, status, title }) =>
      `<li><a href="${escapeHtml(type)}"><code>${escapeHtml(code)}</code></a> (${status}): ${escapeHtml(title)}</li>`,
  )
  return htmlPage({ title: 'Errors', body: `<h1>Errors</h1>\n<ul>\n${items.join('\n')}\n</ul>` })
}

/** Text with `code` in backquotes, as HTML. */
function withCode(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>')
}
