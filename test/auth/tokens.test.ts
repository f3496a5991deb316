import { describe, expect, it } from 'vitest'
import {
  actorOf,
  hashTokenSecret,
  isOpenedBy,
  isSameSecret,
  isTokenSecret,
  newTokenSecret,
} from '../../src/auth/tokens.ts'

describe('secrets', () => {
  it('are 256 random bits of a form of their own', () => {
    const secrets = Array.from({ length: 1_000 }, newTokenSecret)
    expect(new Set(secrets).size).toBe(1_000)
    for (const secret of secrets) expect(isTokenSecret(secret)).toBe(true)
    for (const other of ['', 'copydesk_', `x${secrets[0]}`, `${secrets[0]}\n`, `${secrets[0]}=`])
      expect(isTokenSecret(other)).toBe(false)
  })

  it('differ wherever they differ, beyond the first 72 bytes too', () => {
    const long = 'x'.repeat(5_000)
    for (const other of [`${long}y`, `${long.slice(0, -1)}y`, `${long.slice(0, 72)}`]) {
      expect(isSameSecret(long, other)).toBe(false)
      expect(hashTokenSecret(long)).not.toBe(hashTokenSecret(other))
    }
    expect(isSameSecret(long, 'x'.repeat(5_000))).toBe(true)
    expect(hashTokenSecret(long)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('of before a rotation open until that instant and not at it', () => {
    const token = {
      secretHash: 'new',
      previousSecretHash: 'old',
      previousExpiresAt: '2026-01-02T00:00:00.000Z',
    }
    expect(isOpenedBy(token, 'old', '2026-01-01T23:59:59.999Z')).toBe(true)
    expect(isOpenedBy(token, 'old', '2026-01-02T00:00:00.000Z')).toBe(false)
    expect(isOpenedBy(token, 'new', '2026-01-02T00:00:00.000Z')).toBe(true)
    expect(isOpenedBy({ ...token, previousExpiresAt: null }, 'old', '2026-01-01T00:00:00.000Z')).toBe(false)
  })
})

describe('a token', () => {
  const token = {
    id: 't',
    name: 'T',
    role: 'viewer',
    permissions: [],
    expiresAt: null,
    revokedAt: null,
  } as const

  it('is nobody from the instant that it expires, or once it is revoked', () => {
    const expiresAt = '2026-01-02T00:00:00.000Z'
    expect(actorOf({ ...token, expiresAt }, '2026-01-01T23:59:59.999Z')).toMatchObject({
      tokenId: 't',
      expiresAt,
    })
    expect(actorOf({ ...token, expiresAt }, expiresAt)).toBeUndefined()
    expect(actorOf({ ...token, revokedAt: '2027-01-01T00:00:00.000Z' }, expiresAt)).toBeUndefined()
  })

  it('may do nothing by names of permissions that do not exist', () => {
    const odd = { ...token, role: null, permissions: ['articles.*', '*', 'constructor', '__proto__'] }
    expect(actorOf(odd, '2026-01-01T00:00:00.000Z')?.permissions).toEqual([])
  })
})
