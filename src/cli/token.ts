import { statusOf } from '../auth/tokens.ts'
import { readConfig } from '../config.ts'
import { permissionsOfGrant, systemActor } from '../contract/permissions.ts'
import { idPattern } from '../contract/text.ts'
import { tokenInput } from '../contract/token.ts'
import { createToken, revokeToken } from '../editorial/tokens.ts'
import type { Db } from '../store/index.ts'
import type { StoredToken } from '../store/tokens.ts'
import { type CliContext, CommandError } from './context.ts'
import { openMigrated } from './database.ts'

export interface NewTokenOptions {
  readonly name: string
  readonly role?: string
  readonly permission?: readonly string[]
  /** RFC 3339. */
  readonly expiresAt?: string
  /** Such as `90d`. */
  readonly expiresIn?: string
}

const pageSize = 100
const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `copydesk token create`: the secret, and nothing else, goes to standard output. */
export async function createTokenCommand(
  { env, stdout, stderr }: CliContext,
  options: NewTokenOptions,
): Promise<void> {
  const input = readInput(options)
  const { token, secret } = await withDatabase(env, (db) =>
    db.write((tx) => createToken(tx, systemActor, input)),
  )
  const expiry = token.expiresAt === null ? 'never expires' : `expires at ${token.expiresAt}`
  stderr.write(
    `made the token ${token.id} (${token.name}): ${grantOf(token)}; ${expiry}. It is shown this once:\n`,
  )
  stdout.write(`${secret}\n`)
}

/** `copydesk token list`: one line each, the newest first; never a secret. */
export async function listTokensCommand({ env, stdout }: CliContext): Promise<void> {
  const now = new Date().toISOString()
  const tokens = await withDatabase(env, (db) => readAll(db, now))
  const rows = tokens.map((token) => [
    token.id,
    statusOf(token, now),
    token.expiresAt ?? 'never',
    token.lastUsedAt ?? 'never',
    grantOf(token),
    token.name,
  ])
  stdout.write(tableOf([['ID', 'STATUS', 'EXPIRES', 'LAST USED', 'MAY', 'NAME'], ...rows]))
}

/** `copydesk token revoke ID`. */
export async function revokeTokenCommand({ env, stderr }: CliContext, id: string): Promise<void> {
  if (!idPattern.test(id))
    throw new CommandError(`${id} is not the id of a token; copydesk token list shows the ids`)
  const { name, wasRevoked } = await withDatabase(env, (db) =>
    db.write(async (tx) => {
      const token = await tx.tokens.find(id)
      if (token === undefined)
        throw new CommandError(`there is no token ${id}; copydesk token list shows the ids`)
      await revokeToken(tx, systemActor, id, 'any')
      return { name: token.name, wasRevoked: token.revokedAt !== null }
    }),
  )
  stderr.write(wasRevoked ? `${id} (${name}) was revoked already\n` : `revoked ${id} (${name})\n`)
}

async function withDatabase<T>(env: CliContext['env'], work: (db: Db) => Promise<T>): Promise<T> {
  const { db, engine } = await openMigrated(readConfig(env))
  try {
    return await work(db)
  } finally {
    await engine.close()
  }
}

/** What was asked for, in the form that the API takes. Throws CommandError naming the options. */
function readInput({ name, role, permission, expiresAt, expiresIn }: NewTokenOptions) {
  if (expiresAt !== undefined && expiresIn !== undefined)
    throw new CommandError('give --expires-at or --expires-in, not both')
  if ((role === undefined) === (permission === undefined))
    throw new CommandError('give --role or --permission, one of them')
  const end = expiresIn === undefined ? expiresAt : instantAfter(expiresIn)
  const parsed = tokenInput.safeParse({ name, role, permissions: permission, expiresAt: end })
  if (parsed.success) {
    if (end !== undefined && Date.parse(end) <= Date.now())
      throw new CommandError('--expires-at must be in the future')
    return parsed.data
  }
  const faults = parsed.error.issues.map(({ path, message }) => {
    const member = String(path[0])
    return `--${optionOf[member] ?? member} ${message}`
  })
  throw new CommandError([...new Set(faults)].join('; '))
}

const optionOf: Readonly<Record<string, string>> = { expiresAt: 'expires-at', permissions: 'permission' }

function instantAfter(duration: string): string {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([mhdw])$/.exec(duration) ?? []
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN)
  if (Number.isNaN(ms))
    throw new CommandError(
      '--expires-in must be a number of minutes, hours, days or weeks, such as 30m, 12h, 90d, 4w',
    )
  return new Date(Date.now() + ms).toISOString()
}

async function readAll(db: Db, now: string): Promise<StoredToken[]> {
  const tokens: StoredToken[] = []
  let after: readonly [string, string] | undefined
  do {
    const page = await db.read((reader) => reader.tokens.list({ now, after, limit: pageSize }))
    tokens.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  return tokens
}

function grantOf(token: StoredToken): string {
  return token.role ?? permissionsOfGrant(token).join(',')
}

/** Columns of equal width, but the last. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
  return rows.map((row) => `${line(row)}\n`).join('')
}
