/** What `fresh` exports; the package has no types of its own. */
declare module 'fresh' {
  /** True when what the client has is still good (RFC 9110 §13), by lower-case request and answer headers. */
  export default function fresh(
    requestHeaders: Readonly<Record<string, string | undefined>>,
    answerHeaders: Readonly<Record<string, string | undefined>>,
  ): boolean
}
