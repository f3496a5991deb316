import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify'
import { Problem } from '../contract/errors.ts'
import { countHeader } from './request-checks.ts'

/** JSON may be nested so deep and no deeper, so that no recursive code behind can exhaust the stack. */
const deepestLevel = 200

/**
 * What is over the limit of a route but has at most so many bytes is read to its end and dropped.
 * Fastify cuts the connection instead, and a client that is still sending sees the cut and not the answer.
 */
const mostBytesReadAway = 32 * 1024 * 1024

const json = ['application/json']
const jsonOrMergePatch = ['application/json', 'application/merge-patch+json']

/**
 * Takes JSON bodies and nothing else. One exact check of the `Content-Type` stands before one parser, so that
 * no spelling of the header leads past the schema of a route. Routes with other bodies list their media types
 * in `config.contentTypes` and add a parser in their own scope where the body is not JSON.
 */
export function installContentTypes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, body, done) => {
    // An action may be sent without a body, with or without a content type.
    if (body.length === 0) return done(null, undefined)
    if (request.headers['content-type'] === undefined) return done(unsupportedType(request))
    const text = decode(body)
    if (text === undefined) return done(new Problem('malformed-json', 'The body is not valid UTF-8.'))
    parseJson(request, text, (error, value) => {
      done(error ?? faultOfForm(value), value)
    })
  })
  app.addHook('preParsing', (request, _reply, payload, done) => {
    done(faultOfHeaders(request), payload)
  })
}

function faultOfHeaders(request: FastifyRequest): Error | null {
  if (request.is404) return new Problem('not-found', 'There is nothing at this path.')
  const { headers, raw } = request
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new Problem('unsupported-media-type', 'The body must not be compressed.')
  }
  const type = headers['content-type']
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  if (type === undefined || isEmpty) return null
  if (countHeader(raw, 'content-type') > 1 || !isAccepted(type, acceptedTypes(request))) {
    return unsupportedType(request)
  }
  const announced = Number(headers['content-length'])
  const isTooLarge = announced > request.routeOptions.bodyLimit && announced <= mostBytesReadAway
  return isTooLarge ? new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE() : null
}

function acceptedTypes(request: FastifyRequest): readonly string[] {
  return request.routeOptions.config.contentTypes ?? (request.method === 'PATCH' ? jsonOrMergePatch : json)
}

/** True for an accepted media type alone or with the one parameter `charset=utf-8`. Case does not matter. */
function isAccepted(contentType: string, accepted: readonly string[]): boolean {
  const match = /^([^\s;,]+)(?: *; *charset=(?:utf-8|"utf-8"))?$/i.exec(contentType)
  return match?.[1] !== undefined && accepted.includes(match[1].toLowerCase())
}

function unsupportedType(request: FastifyRequest): Problem {
  const accepted = acceptedTypes(request)
    .map((type) => `\`${type}\``)
    .join(' or ')
  return new Problem(
    'unsupported-media-type',
    `The body must be sent once as ${accepted}, with no parameter but \`charset=utf-8\`.`,
  )
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function faultOfForm(value: unknown): Problem | null {
  if (value === null) {
    const detail = 'The body must not be null; leave it out instead.'
    return new Problem('invalid-body', detail, { errors: [{ pointer: '', code: 'invalid-type', detail }] })
  }
  return isDeeperThan(value, deepestLevel)
    ? new Problem('malformed-json', `The body is nested deeper than ${deepestLevel} levels.`)
    : null
}

/** Goes level by level and not by recursion, which the input could make overflow. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value].filter(isContainer)
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return true
    level = level.flatMap((container) => Object.values(container).filter(isContainer))
  }
  return false
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
