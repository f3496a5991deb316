import { CommandError } from './context.ts'

/** What the file system has against a place, in words that can be acted on. */
export function placeFault(error: unknown, place: string): CommandError | undefined {
  const { code } = error as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    ENOENT: 'its folder is not there',
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'nothing can be written there',
    ENOSPC: 'there is no room',
    SQLITE_FULL: 'there is no room',
    SQLITE_CANTOPEN: 'it cannot be made',
  }
  const reason = code === undefined ? undefined : reasons[code]
  return reason === undefined
    ? undefined
    : new CommandError(`cannot write to ${place}: ${reason}`, { cause: error })
}
