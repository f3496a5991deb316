import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { type FoundToken, installGuard } from '../../src/auth/guard.ts'
import { hashTokenSecret, newTokenSecret } from '../../src/auth/tokens.ts'
import type { Permission } from '../../src/contract/permissions.ts'

const adminToken = 'an-admin-token-of-at-least-32-characters'

function guarded() {
  const asked: string[] = []
  const failures: string[] = []
  const used: string[] = []
  const stored = new Map<string, FoundToken>()
  const app = fastify()
  installGuard(app, {
    prefix: '/manage/',
    adminToken,
    findToken: async (secretHash) => {
      asked.push(secretHash)
      return stored.get(secretHash)
    },
    clock: () => Date.parse('2026-01-01T00:00:00Z'),
    onUse: ({ id }) => void used.push(id),
    onFailure: async (address) => {
      failures.push(address)
      return undefined
    },
  })
  const store = (token: Partial<FoundToken>) => {
    const secret = newTokenSecret()
    const whole: FoundToken = {
      id: 'token',
      name: 'Test',
      role: 'viewer',
      permissions: [],
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
      secretHash: hashTokenSecret(secret),
      previousSecretHash: null,
      previousExpiresAt: null,
      ...token,
    }
    stored.set(whole.secretHash, whole)
    return secret
  }
  const status = async (url: string, authorization?: string) =>
    (await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode
  return { app, asked, failures, used, store, status }
}

describe('the guard stops the start', () => {
  it('when a route below it names no permission, whoever declares it', () => {
    const { app } = guarded()
    expect(() => app.get('/manage/v1/open', async () => 'x')).toThrow(
      'the route GET /manage/v1/open names no permission',
    )
  })

  it('when a route names a permission that does not exist', () => {
    const { app } = guarded()
    const permission = 'articles.everything' as Permission
    expect(() => app.get('/manage/v1/x', { config: { permission } }, async () => 'x')).toThrow(
      'unknown permission articles.everything',
    )
  })

  it('when a route elsewhere names one, as if it were guarded', () => {
    const { app } = guarded()
    expect(() => app.get('/v1/x', { config: { permission: 'articles.read' } }, async () => 'x')).toThrow(
      'is not below /manage/',
    )
  })
})

describe('the guard', () => {
  it('covers routes in every scope, declared in a plugin or beside it', async () => {
    const { app, status } = guarded()
    const config = { permission: 'articles.read' } as const
    app.get('/manage/v1/outer', { config }, async () => 'x')
    app.register(async (scope) => void scope.get('/inner', { config }, async () => 'x'), {
      prefix: '/manage/v1',
    })
    app.get('/public', async () => 'x')
    for (const url of ['/manage/v1/outer', '/manage/v1/inner']) {
      expect(await status(url)).toBe(401)
      expect(await status(url, `Bearer ${adminToken}`)).toBe(200)
    }
    expect(await status('/public')).toBe(200)
  })

  it('looks for nothing but the SHA-256 of secrets of our form, so that no secret is compared to a stored one', async () => {
    const { app, asked, store, status, used } = guarded()
    app.get('/manage/v1/x', { config: { permission: 'articles.read' } }, async () => 'x')
    const secret = store({ id: 'mine' })
    expect(await status('/manage/v1/x', `Bearer ${secret}`)).toBe(200)
    expect(asked).toEqual([hashTokenSecret(secret)])
    expect(used).toEqual(['mine'])
    for (const other of [`${secret}x`, secret.slice(0, -1), 'copydesk_', 'x', adminToken.slice(0, -1)])
      expect(await status('/manage/v1/x', `Bearer ${other}`)).not.toBe(200)
    expect(asked).toHaveLength(1)
  })

  it('looks the token up for every request', async () => {
    const { app, asked, store, status } = guarded()
    app.get('/manage/v1/x', { config: { permission: 'articles.read' } }, async () => 'x')
    const secret = store({})
    for (let count = 1; count <= 3; count += 1) {
      await status('/manage/v1/x', `Bearer ${secret}`)
      expect(asked).toHaveLength(count)
    }
  })

  it('counts credentials that fail, not requests without any, and never a good one', async () => {
    const { app, failures, store, status } = guarded()
    app.get('/manage/v1/x', { config: { permission: 'tokens.write' } }, async () => 'x')
    await status('/manage/v1/x')
    await status('/manage/v1/x', `Bearer ${store({})}`)
    await status('/manage/v1/x', `Bearer ${adminToken}`)
    expect(failures).toEqual([])
    await status('/manage/v1/x', 'Basic YWJjOmRlZg==')
    await status('/manage/v1/x', `Bearer ${newTokenSecret()}`)
    await status('/manage/v1/x', `Bearer ${store({ revokedAt: '2025-01-01T00:00:00.000Z' })}`)
    expect(failures).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1'])
  })
})
