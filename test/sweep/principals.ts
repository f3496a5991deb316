import { permissions, permissionsOfGrant, roles } from '../../src/contract/permissions.ts'
import { bearer, type TestGrant, type TestServer } from '../support/server.ts'
import type { Principal } from './client.ts'
import type { Operation } from './operations.ts'

/** Whoever might send a request. */
export interface Asker extends Principal {
  /** Undefined for those whom no guard lets in. */
  readonly permissions: readonly string[] | undefined
}

const past = '2020-01-01T00:00:00.000Z'

/** Everybody: without a token, with one that opens nothing, with each role, with each permission alone, and with none. */
export async function makeAskers(server: TestServer): Promise<{ askers: Asker[]; secrets: string[] }> {
  const secrets: string[] = []
  const issue = async (grant: TestGrant) => {
    const secret = await server.token(grant)
    secrets.push(secret)
    return secret
  }
  const outside = (name: string, authorization?: string): Asker => ({
    name,
    headers: authorization === undefined ? [] : [['authorization', authorization]],
    permissions: undefined,
  })
  const inside = async (name: string, grant: TestGrant): Promise<Asker> => ({
    name,
    headers: [['authorization', bearer(await issue(grant)).authorization]],
    permissions: permissionsOfGrant({ role: grant.role ?? null, permissions: grant.permissions ?? [] }),
  })
  const admin = await issue({ role: 'admin' })
  return {
    secrets,
    askers: [
      outside('nobody'),
      outside('of another scheme', `Basic ${btoa(`admin:${admin}`)}`),
      outside('without a scheme', admin),
      outside('with two tokens', `Bearer ${admin} ${admin}`),
      outside('with an empty token', 'Bearer '),
      outside('with a token of no form', 'Bearer nonsense'),
      outside('with an unknown token', `Bearer copydesk_${'A'.repeat(43)}`),
      outside('with an expired token', `Bearer ${await issue({ role: 'admin', expiresAt: past })}`),
      outside('with a revoked token', `Bearer ${await issue({ role: 'admin', revokedAt: past })}`),
      ...(await Promise.all(roles.map((role) => inside(role, { role })))),
      ...(await Promise.all(
        permissions.map((permission) => inside(`with ${permission} alone`, { permissions: [permission] })),
      )),
      await inside('with no permission', {}),
    ],
  }
}

/** True when the guard lets somebody through to an operation. */
export function isLetIn({ permissions: own }: Asker, { isGuarded, permission }: Operation): boolean {
  if (!isGuarded) return true
  return own !== undefined && (permission === undefined || own.includes(permission))
}

/** The asker of a name. Throws when there is none. */
export function askerNamed(askers: readonly Asker[], name: string): Asker {
  const found = askers.find((asker) => asker.name === name)
  if (!found) throw new Error(`nobody is called ${name}`)
  return found
}
