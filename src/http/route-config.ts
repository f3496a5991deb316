import type { ErrorCode } from '../contract/errors.ts'
import type { anyToken, Permission } from '../contract/permissions.ts'

/** What a route may say about itself in `config`, beside Fastify's own members. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** The errors of this operation beyond the general ones; they go into its OpenAPI description. */
    errors?: readonly ErrorCode[]
    /** The permission that the operation needs, or `any-token`; its absence means that the route is public. */
    permission?: Permission | typeof anyToken
    /** True where the answer is about the path alone, such as which methods it has: it needs no token anywhere. */
    needsNoToken?: true
    /** True when successes carry the `ETag` of a version that is not a member of their body. */
    answersVersion?: boolean
    /** The media types that the body may have, in lower case, where they are not JSON. */
    contentTypes?: readonly string[]
    /** True for streams, which last as long as their clients like and say nothing about how fast answers are. */
    isEndless?: boolean
    /** True for what may not be an operation of a batch. */
    standsAlone?: boolean
  }
}
