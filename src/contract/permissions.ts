/** What a token may do. Each management route names one permission; roles are the columns of one table. */

const table = {
  'articles.read': ['viewer', 'writer', 'editor', 'ads', 'admin'],
  'articles.write': ['writer', 'editor', 'admin'],
  'articles.edit': ['editor', 'admin'],
  'articles.publish': ['editor', 'admin'],
  'taxonomy.write': ['editor', 'admin'],
  'collections.write': ['editor', 'admin'],
  'ads.write': ['ads', 'admin'],
  'stats.read': ['editor', 'ads', 'admin'],
  'articles.purge': ['admin'],
  'articles.revive': ['admin'],
  'tokens.write': ['admin'],
  'sellers.write': ['admin'],
  'audit.read': ['admin'],
  'content.import': ['admin'],
  'content.export': ['admin'],
} as const satisfies Record<string, readonly Role[]>

export const roles = ['viewer', 'writer', 'editor', 'ads', 'admin'] as const
export type Role = (typeof roles)[number]
export type Permission = keyof typeof table

/** In place of a permission, on routes that check for themselves what a token may do. */
export const anyToken = 'any-token'

export const permissions = Object.keys(table) as Permission[]

/** The permissions that a role has. */
export function permissionsOf(role: Role): Permission[] {
  return permissions.filter((permission) => (table[permission] as readonly Role[]).includes(role))
}

/**
 * What else a permission includes. Whoever writes or sees something of an article may read it: the answers to a
 * write (the article, a version, what uses a tag) would tell them all the same. `tokens.write`, `sellers.write`
 * and `stats.read` are about other things and stand alone. Every role keeps to this too.
 */
const included: Readonly<Partial<Record<Permission, readonly Permission[]>>> = {
  'articles.write': ['articles.read'],
  'articles.edit': ['articles.write'],
  'articles.publish': ['articles.read'],
  'taxonomy.write': ['articles.read'],
  'collections.write': ['articles.read'],
  'ads.write': ['articles.read'],
  'articles.purge': ['articles.read'],
  'articles.revive': ['articles.read'],
  'audit.read': ['articles.read'],
  'content.import': ['articles.read'],
  'content.export': ['articles.read'],
}

/** What a token was given: a role, or a list of permissions. */
export interface Grant {
  readonly role: Role | null
  readonly permissions: readonly string[]
}

/**
 * Everything that a grant allows, in the order of the table: all of the role, or the list with what it includes.
 * Names that are not known (any more) allow nothing.
 */
export function permissionsOfGrant({ role, permissions: listed }: Grant): Permission[] {
  if (role !== null) return permissionsOf(role)
  const allowed = new Set<Permission>()
  const open = permissions.filter((permission) => listed.includes(permission))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    allowed.add(next)
    open.push(...(included[next] ?? []))
  }
  return permissions.filter((permission) => allowed.has(permission))
}

/** Who writes: a token, or the program itself (import, seed, schedule). Kept with every change and revision. */
export interface Actor {
  readonly tokenId: string | null
  readonly name: string
  readonly role: Role | null
  readonly permissions: readonly Permission[]
  /** When the token ends; null or absent for those who never do. */
  readonly expiresAt?: string | null
  /** Set where the program does now what they had planned. */
  readonly carriedOutBy?: 'schedule'
}

/** The program acting for the operator at the command line. */
export const systemActor: Actor = {
  tokenId: null,
  name: 'system',
  role: 'admin',
  permissions: permissionsOf('admin'),
}
