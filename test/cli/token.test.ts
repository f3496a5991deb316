import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { temporaryDatabase } from '../support/database.ts'
import { callProgram, runProgram } from '../support/process.ts'
import { bearer, startServer } from '../support/server.ts'

async function setUp() {
  const env = { DATABASE_URL: await temporaryDatabase() }
  const token = (...args: string[]) => callProgram(['token', ...args], env)
  return { env, token }
}

describe('copydesk token', () => {
  it('makes a token whose secret alone is on standard output, ready to be piped', async () => {
    const { env, token } = await setUp()
    const made = await token('create', '--name', 'Wire ingest', '--role', 'editor')
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^copydesk_[\w-]{43}\n$/),
      stderr: expect.stringMatching(/^made the token [0-9a-f-]{36} \(Wire ingest\): editor; never expires\./),
    })
    const secret = made.stdout.trim()
    expect(made.stderr).not.toContain(secret)
    const server = await startServer({ databaseUrl: env.DATABASE_URL })
    await server.http.get('/manage/v1/articles').set(bearer(secret)).expect(200)
    await server.http.get('/manage/v1/tokens').set(bearer(secret)).expect(403)
    const changes = await server.engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.changes))
    expect(changes).toMatchObject([{ type: 'token.created', actor: { name: 'system' }, publicSeq: null }])
  })

  it('takes permissions, together or one by one, and an end as an instant or from now', async () => {
    const { token } = await setUp()
    const together = await token(
      'create',
      '--name',
      'A',
      '--permission',
      'articles.write',
      'stats.read',
      '--expires-at',
      '2999-01-01T01:00:00+01:00',
    )
    expect(together.stderr).toContain(
      ': articles.read,articles.write,stats.read; expires at 2999-01-01T00:00:00.000Z',
    )
    const apart = await token(
      'create',
      '--name',
      'B',
      '--permission',
      'stats.read',
      '--permission',
      'ads.write',
      '--expires-in',
      '90d',
    )
    const [, end = ''] =
      /: articles\.read,ads\.write,stats\.read; expires at (\S+Z)\./.exec(apart.stderr) ?? []
    expect(Math.abs(Date.parse(end) - Date.now() - 90 * 86_400_000)).toBeLessThan(60_000)
    for (const [duration, ms] of [
      ['5m', 300_000],
      ['12h', 43_200_000],
      ['2w', 1_209_600_000],
    ] as const) {
      const { stderr } = await token('create', '--name', 'C', '--role', 'viewer', '--expires-in', duration)
      const [, at = ''] = /expires at (\S+Z)\./.exec(stderr) ?? []
      expect(Math.abs(Date.parse(at) - Date.now() - ms)).toBeLessThan(60_000)
    }
  })

  it('lists and revokes tokens, and shows no secret', async () => {
    const { env, token } = await setUp()
    expect((await token('list')).stdout).toBe('ID  STATUS  EXPIRES  LAST USED  MAY  NAME\n')
    const secrets: string[] = []
    for (const name of ['First', 'Second one', 'Third'])
      secrets.push((await token('create', '--name', name, '--role', 'viewer')).stdout.trim())
    const lines = async () => (await token('list')).stdout.trimEnd().split('\n').slice(1)
    const listed = await lines()
    expect(listed.map((line) => line.replace(/^\S+ +/, ''))).toEqual(
      ['Third', 'Second one', 'First'].map((name) => `active  never    never      viewer  ${name}`),
    )
    const id = listed[1]?.split(' ')[0] ?? ''
    const server = await startServer({ databaseUrl: env.DATABASE_URL })
    const status = async (secret = '') =>
      (await server.http.get('/manage/v1/articles').set(bearer(secret))).status
    expect(await status(secrets[1])).toBe(200)
    expect(await token('revoke', id)).toMatchObject({ code: 0, stderr: `revoked ${id} (Second one)\n` })
    expect([await status(secrets[0]), await status(secrets[1])]).toEqual([200, 401])
    expect(await token('revoke', id)).toMatchObject({
      code: 0,
      stderr: `${id} (Second one) was revoked already\n`,
    })
    const after = (await lines()).join('\n')
    expect(after).toMatch(/revoked +never .* Second one/)
    for (const secret of secrets) expect(after).not.toContain(secret)
  })

  it('says what is wrong and what to do, and makes nothing', async () => {
    const { env, token } = await setUp()
    await token('list')
    const wrong: [string[], RegExp][] = [
      [['create', '--role', 'viewer'], /required option '--name <name>'/],
      [['create', '--name', 'T'], /give --role or --permission/],
      [
        ['create', '--name', 'T', '--role', 'owner'],
        /Allowed choices are viewer, writer, editor, ads, admin/,
      ],
      [['create', '--name', 'T', '--permission', 'articles.*'], /Allowed choices are articles\.read/],
      [['create', '--name', 'T', '--role', 'viewer', '--permission', 'stats.read'], /cannot be used with/],
      [
        ['create', '--name', 'T', '--permission', 'stats.read', 'stats.read'],
        /--permission must not name a permission twice/,
      ],
      [['create', '--name', '  ', '--role', 'viewer'], /--name must not be blank/],
      [['create', '--name', 'x'.repeat(201), '--role', 'viewer'], /--name must have at most 200 characters/],
      [
        ['create', '--name', 'T', '--role', 'viewer', '--expires-at', 'tomorrow'],
        /--expires-at must be an RFC 3339 instant/,
      ],
      [
        ['create', '--name', 'T', '--role', 'viewer', '--expires-at', '2001-01-01T00:00:00Z'],
        /--expires-at must be in the future/,
      ],
      [
        ['create', '--name', 'T', '--role', 'viewer', '--expires-in', '0d'],
        /--expires-in must be a number of/,
      ],
      [['create', '--name', 'T', '--role', 'viewer', '--expires-in', '1y'], /30m, 12h, 90d, 4w/],
      [
        [
          'create',
          '--name',
          'T',
          '--role',
          'viewer',
          '--expires-in',
          '1d',
          '--expires-at',
          '2999-01-01T00:00:00Z',
        ],
        /--expires-at or --expires-in, not both/,
      ],
      [['revoke'], /missing required argument 'id'/],
      [['revoke', 'First'], /First is not the id of a token/],
      [['revoke', '018ced2a-4000-7000-8000-00000000abcd'], /there is no token 018ced2a/],
      [['nonsense'], /unknown command 'nonsense'/],
      [[], /Commands:/],
    ]
    for (const [args, words] of wrong) {
      const { code, stdout, stderr } = await token(...args)
      expect([args, code, stdout]).toEqual([args, 1, ''])
      expect(stderr, args.join(' ')).toMatch(words)
    }
    const engine = await openDatabase(readConfig(env))
    const stored = await engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.tokens))
    await engine.close()
    expect(stored).toEqual([])
  })

  it('has help for every command', async () => {
    for (const args of [[], ['create'], ['list'], ['revoke']]) {
      const { code, stdout, stderr } = await runProgram(['token', ...args, '--help'])
      expect([args, code, stderr]).toEqual([args, 0, ''])
      expect(stdout).toMatch(new RegExp(`^Usage: copydesk token ${args[0] ?? '\\[options\\] \\[command\\]'}`))
    }
  })
})
