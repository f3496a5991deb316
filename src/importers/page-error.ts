/** Why a file cannot be read as a page, where (a line, counted from 1, or null for the whole file), and what to do. */
export class PageError extends Error {
  readonly line: number | null
  readonly reason: string

  constructor(line: number | null, reason: string) {
    super(line === null ? reason : `line ${line}: ${reason}`)
    this.name = 'PageError'
    this.line = line
    this.reason = reason
  }
}
