/** What a token may do. Each management route names one permission; roles are the columns of one table. */

const table = {
  'articles.read': ['viewer', 'writer', 'editor', 'ads', 'admin'],
  'articles.write': ['writer', 'editor', 'admin'],
  'articles.edit': ['editor', 'admin'],
  'articles.preview': ['writer', 'editor', 'admin'],
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

export const permissions = Object.keys(table) as Permission[]

/** The permissions that a role has. */
export function permissionsOf(role: Role): Permission[] {
  return permissions.filter((permission) => (table[permission] as readonly Role[]).includes(role))
}

/** Who writes: a token, or the program itself (import, seed, schedule). Kept with every change and revision. */
export interface Actor {
  readonly tokenId: string | null
  readonly name: string
  readonly role: Role | null
  readonly permissions: readonly Permission[]
}

/** The program acting for the operator at the command line. */
export const systemActor: Actor = {
  tokenId: null,
  name: 'system',
  role: 'admin',
  permissions: permissionsOf('admin'),
}
