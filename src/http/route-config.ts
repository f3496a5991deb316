import type { ErrorCode } from '../contract/errors.ts'

/** What a route may say about itself in `config`, beside Fastify's own members. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** The errors of this operation beyond the general ones; they go into its OpenAPI description. */
    errors?: readonly ErrorCode[]
    /**
     * The permission that the operation needs, or `any-token`; its absence means that the route is public.
     */
    permission?: string
    /** The media types that the body may have, in lower case, where they are not JSON. */
    contentTypes?: readonly string[]
    /** True for what may not be an operation of a batch. */
    standsAlone?: boolean
  }
}
