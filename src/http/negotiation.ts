import type { FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { Problem } from '../contract/errors.ts'

/** As it is described and chosen; what is sent names its encoding as well. */
export const jsonMediaType = 'application/json'

/**
 * The media type to answer in (RFC 9110 §12.5.1): of those offered, the first of the ones that the client likes best;
 * the first of all where it does not say. Throws `not-acceptable` when it takes none of them.
 */
export function chooseMediaType<Type extends string>(
  request: FastifyRequest,
  reply: FastifyReply,
  offered: readonly Type[],
): Type {
  const vary = reply.getHeader('vary')
  reply.header('vary', typeof vary === 'string' && vary !== '' ? `${vary}, Accept` : 'Accept')
  const { accept } = request.headers
  const [first] = offered
  if (accept === undefined || accept.trim() === '') return first as Type
  const [chosen] = new Negotiator({ headers: { accept } }).mediaTypes([...offered])
  const found = offered.find((type) => type === chosen)
  if (found !== undefined) return found
  const names = offered.map((type) => `\`${type}\``).join(', ')
  throw new Problem('not-acceptable', `This can be given as one of ${names}.`)
}
