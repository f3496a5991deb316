import { isProblem } from '../contract/errors.ts'
import type { Trouble } from '../doctor/check.ts'
import type { Db } from '../store/index.ts'
import type { CliContext } from './context.ts'

/** So many of what a check finds are told one by one; the others are counted, and mended all the same. */
const mostTold = 50

interface Told {
  readonly what: string
  /** What was done; null where nothing was. */
  readonly done: string | null
  /** Why it could not be mended. */
  readonly fault: string | null
}

/** What became of what a check found. */
export interface CheckResult {
  readonly mended: number
  readonly left: number
}

/** What is found, told as it is found. */
export interface Examination {
  /** Looks for something, and mends it where that is asked for. */
  check(name: string, find: () => AsyncGenerator<Trouble>, db?: Db): Promise<CheckResult>
  /** Tells the whole. Answers how many things are left, and how many of them could be mended. */
  end(): { readonly left: number; readonly mendable: number }
}

export function createExamination(
  { stdout, stderr }: CliContext,
  { repair = false, json = false }: { readonly repair?: boolean; readonly json?: boolean },
): Examination {
  const checks: { name: string; count: number; left: number; found: Told[] }[] = []
  let mendable = 0

  async function settle({ what, mend }: Trouble, db: Db | undefined): Promise<Told> {
    if (mend === undefined || !repair) return { what, done: null, fault: null }
    try {
      // What mends the database itself needs no other access to it.
      return { what, done: (await mend(db as Db)) ?? 'was in order by then', fault: null }
    } catch (error) {
      return { what, done: null, fault: messageOf(error) }
    }
  }

  function tell({ what, done, fault }: Told): void {
    if (json) return
    const outcome = done === null ? (fault === null ? '' : ` — cannot be mended: ${fault}`) : ` — ${done}`
    stdout.write(`  ${what}${outcome}\n`)
  }

  return {
    async check(name, find, db) {
      const about = { name, count: 0, left: 0, found: [] as Told[] }
      checks.push(about)
      if (stderr.isTTY && !json) stderr.write(`looking at ${name} …`)
      const clear = () => {
        if (stderr.isTTY && !json) stderr.write('\r\x1b[K')
      }
      const take = async (trouble: Trouble) => {
        const told = await settle(trouble, db)
        about.count += 1
        if (told.done === null && !trouble.isAdvice) about.left += 1
        if (trouble.mend !== undefined && told.done === null) mendable += 1
        if (about.found.length >= mostTold) return
        if (about.found.length === 0) {
          clear()
          if (!json) stdout.write(`${name}:\n`)
        }
        about.found.push(told)
        tell(told)
      }
      try {
        for await (const trouble of find()) await take(trouble)
      } catch (error) {
        await take({ what: `it could not be looked through: ${messageOf(error)}` })
      }
      clear()
      if (!json && about.count === 0) stdout.write(`${name}: in order\n`)
      if (!json && about.count > mostTold) stdout.write(`  and ${about.count - mostTold} more\n`)
      return { mended: about.count - about.left, left: about.left }
    },

    end() {
      const left = checks.reduce((sum, check) => sum + check.left, 0)
      if (json) stdout.write(`${JSON.stringify({ isWell: left === 0, checks })}\n`)
      return { left, mendable: repair ? 0 : mendable }
    },
  }
}

function messageOf(error: unknown): string {
  if (isProblem(error)) return error.detail
  // What the database said; the statement says nothing to an operator.
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return (reason instanceof Error ? reason.message : String(reason)).split('\n', 1)[0] ?? ''
}
