import { dump } from '../support/dump.ts'
import type { TestServer } from '../support/server.ts'

/** Statements that may run at any time and say nothing of a request. */
const byItself = /^update "tokens" set "last_used_at"/
const writing = /^\s*(insert|update|delete|create|alter|drop)\b/i

/** Whether what the database holds stays as it is. */
export function watchDatabase({ engine, statements }: TestServer) {
  let known: string | undefined
  let seen = 0

  const wrote = () => statements.slice(seen).some((sql) => writing.test(sql) && !byItself.test(sql))

  /** Everything that it holds, which needs no reading while nothing was written. */
  async function state(): Promise<string> {
    if (known === undefined || wrote()) known = await dump(engine)
    seen = statements.length
    return known
  }

  return {
    /** True when it holds afterwards what it held before. A transaction that was taken back counts as nothing. */
    async staysAsItIs(work: () => Promise<unknown>): Promise<boolean> {
      const before = await state()
      await work()
      return !wrote() || (await state()) === before
    },

    /** True when something was written since the last look, which is taken for meant to be. */
    accept(): boolean {
      const isChanged = wrote()
      if (isChanged) known = undefined
      seen = statements.length
      return isChanged
    },
  }
}
