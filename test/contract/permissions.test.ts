import { describe, expect, it } from 'vitest'
import {
  type Permission,
  permissions,
  permissionsOf,
  permissionsOfGrant,
  roles,
} from '../../src/contract/permissions.ts'

const listed = (...names: Permission[]) => permissionsOfGrant({ role: null, permissions: names })

describe('permissions', () => {
  it('to write, publish or see articles include reading them', () => {
    expect(listed('articles.write')).toEqual(['articles.read', 'articles.write'])
    expect(listed('articles.edit')).toEqual(['articles.read', 'articles.write', 'articles.edit'])
    const standAlone = ['articles.read', 'stats.read', 'tokens.write', 'sellers.write']
    for (const permission of permissions)
      expect([permission, listed(permission).includes('articles.read')]).toEqual([
        permission,
        permission === 'articles.read' || !standAlone.includes(permission),
      ])
  })

  it('that stand alone include nothing', () => {
    for (const permission of ['stats.read', 'tokens.write', 'sellers.write'] as const)
      expect(listed(permission)).toEqual([permission])
  })

  it('of roles include what they include', () => {
    for (const role of roles) expect(listed(...permissionsOf(role))).toEqual(permissionsOf(role))
  })

  it('of a list include no more the second time', () => {
    for (const permission of permissions) expect(listed(...listed(permission))).toEqual(listed(permission))
  })

  it('are those of the role where there is one, whatever the list says', () => {
    expect(permissionsOfGrant({ role: 'viewer', permissions: ['tokens.write'] })).toEqual(['articles.read'])
  })
})
