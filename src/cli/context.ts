/** What a command gets of the process; nothing else in `cli/` touches it. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** A command that cannot do what it was asked: one line for the operator, and the exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
