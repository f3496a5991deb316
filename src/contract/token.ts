import { z } from 'zod'
import { type Permission, permissions, roles } from './permissions.ts'
import { id, instant, instantInput, nameText } from './text.ts'

/** Every secret begins with it, so that scanners of logs and repositories can know one. */
export const secretPrefix = 'copydesk_'

const name = nameText({ max: 200, example: 'Wire ingest' }).describe(
  'What the token is for; need not be unique.',
)
const role = z.enum(roles)
const permissionNames = z.enum(permissions as [Permission, ...Permission[]])
const permissionList = z
  .array(permissionNames)
  .min(1)
  .max(permissions.length)
  .refine((list) => new Set(list).size === list.length, {
    error: 'must not name a permission twice',
    params: { code: 'duplicate' },
  })
  .meta({ uniqueItems: true, examples: [['articles.write', 'articles.publish']] })
const expiresAt = instantInput.nullable().describe('In the future when it is set; null for never.')

interface Given {
  readonly role?: unknown
  readonly permissions?: unknown
}

const isGiven = (value: unknown) => value !== undefined && value !== null
/** Runs whatever else is wrong, so that all faults are told at once. */
const always = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null }

const notBoth = {
  check: (given: Given) => !(isGiven(given.role) && isGiven(given.permissions)),
  message: {
    ...always,
    path: ['permissions'],
    error: 'must be absent where `role` is given: a token has one of them',
    params: { code: 'role-and-permissions' },
  },
}

export const roleRequired = 'is required where no `permissions` are given'

/** What makes a token, or replaces what it may do. */
export const tokenInput = z
  .strictObject({
    name,
    role: role.optional().describe('One of `role` and `permissions`.'),
    permissions: permissionList
      .optional()
      .describe('One of `role` and `permissions`. What writes articles or sees them also reads them.'),
    expiresAt: expiresAt.optional(),
  })
  .refine(notBoth.check, notBoth.message)
  .refine((given: Given) => isGiven(given.role) || isGiven(given.permissions), {
    ...always,
    path: ['role'],
    error: roleRequired,
    params: { code: 'required' },
  })
  .meta({
    id: 'NewToken',
    examples: [{ name: 'Wire ingest', role: 'writer', expiresAt: '2030-01-01T00:00:00.000Z' }],
  })
export type TokenInput = z.output<typeof tokenInput>

/** A merge patch of a token. Setting one of `role` and `permissions` clears the other. */
export const tokenPatch = z
  .strictObject({
    name: name.optional(),
    role: role.nullable().optional().describe('Sets the role in place of the permissions.'),
    permissions: permissionList.nullable().optional().describe('Sets the permissions in place of the role.'),
    expiresAt: expiresAt.optional(),
  })
  .refine(notBoth.check, notBoth.message)
  .meta({ id: 'TokenPatch', examples: [{ permissions: ['articles.write'], expiresAt: null }] })
export type TokenPatch = z.output<typeof tokenPatch>

const daySeconds = 86_400

/** The body of `rotate`. */
export const rotateInput = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(7 * daySeconds)
      .default(daySeconds)
      .describe('How long the secret before still works; 0 ends it at once.'),
  })
  .meta({ id: 'TokenRotation', examples: [{ overlapSeconds: 3_600 }] })

export const tokenStatuses = ['active', 'expired', 'revoked'] as const
export type TokenStatus = (typeof tokenStatuses)[number]

const shape = {
  id,
  name: z.string(),
  role: role.nullable(),
  permissions: z
    .array(permissionNames)
    .describe('All that the token may do: what its role has, or its list with what that includes.'),
  status: z.enum(tokenStatuses),
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable().describe('To a minute.'),
  previousSecretExpiresAt: instant
    .nullable()
    .describe('Until when the secret before the last rotation works; null when it does not.'),
  revokedAt: instant.nullable(),
  version: z.int().min(1),
  createdAt: instant,
  updatedAt: instant,
}

const example = {
  id: '018ced2a-4000-7000-8000-00000000a101',
  name: 'Wire ingest',
  role: 'writer',
  permissions: ['articles.read', 'articles.write'],
  status: 'active',
  expiresAt: '2030-01-01T00:00:00.000Z',
  lastUsedAt: '2024-01-09T08:00:00.000Z',
  previousSecretExpiresAt: null,
  revokedAt: null,
  version: 1,
  createdAt: '2024-01-09T07:00:00.000Z',
  updatedAt: '2024-01-09T07:00:00.000Z',
} as const

/** A token as admins read it; never its secret, nor a hash of it. */
export const managedToken = z.strictObject(shape).meta({ id: 'ManagedToken', examples: [example as never] })
export type ManagedToken = z.infer<typeof managedToken>

/** A token with its new secret, which is shown in this answer alone. */
export const tokenWithSecret = z
  .strictObject({
    ...shape,
    token: z.string().describe('The secret: sent as `Authorization: Bearer <token>`. It is shown this once.'),
  })
  .meta({
    id: 'TokenWithSecret',
    examples: [
      {
        ...example,
        lastUsedAt: null,
        token: `${secretPrefix}EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEx`,
      } as never,
    ],
  })
export type TokenWithSecret = z.infer<typeof tokenWithSecret>
