/**
 * What an error of either driver means, told from its code, never from its text. Drizzle wraps the driver's
 * error as `cause`.
 */

const uniqueCodes = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505'])
const foreignKeyCodes = new Set(['SQLITE_CONSTRAINT_FOREIGNKEY', '23503'])
/** Somebody else holds the lock. */
const busyCodes = new Set(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_LOCKED'])
/** The disk is full, read-only or failing. */
const storageCodes = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN)/

/** The code of the driver's error, however deep it is wrapped; undefined when there is none. */
export function errorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return undefined
}

export function isUniqueViolation(error: unknown): boolean {
  return uniqueCodes.has(errorCode(error) ?? '')
}

export function isForeignKeyViolation(error: unknown): boolean {
  return foreignKeyCodes.has(errorCode(error) ?? '')
}

export function isBusy(error: unknown): boolean {
  return busyCodes.has(errorCode(error) ?? '')
}

export function isStorageFault(error: unknown): boolean {
  return storageCodes.test(errorCode(error) ?? '')
}

/**
 * Failed because a statement before it in the same transaction of PostgreSQL had; what that was to prepare does not
 * exist.
 */
export function isConsequence(error: unknown): boolean {
  return ['25P02', '26000'].includes(errorCode(error) ?? '')
}

const guessCode = 'WRONG_GUESS'

/** A write that began with a guess which turned out wrong. It is undone and runs again. */
export class WrongGuess extends Error {
  override readonly name = 'WrongGuess'
  readonly code = guessCode
}

/** Lost a conflict with another transaction of PostgreSQL, a deadlock or a serialization failure; or guessed wrong. */
export function isRetriable(error: unknown): boolean {
  return ['40001', '40P01', guessCode].includes(errorCode(error) ?? '')
}

/**
 * PostgreSQL cannot do it now: connection lost or refused (class 08, 57P01 to 57P03 and the system's own codes),
 * too many connections (class 53, which is also a full disk), or a time limit (55P03, 57014, 25P03).
 */
const connectionCodes = /^(08...|53...|57P0[1-5]|55P03|57014|25P03|E(?!RR_)[A-Z_]+)$/

export function isConnectionFault(error: unknown): boolean {
  return connectionCodes.test(errorCode(error) ?? '')
}
