import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

export type SecretName = 'ad-token' | 'preview-token'

export function secretsWriter({ sql: db, tables: t }: Query) {
  return {
    /** 32 random bytes, made the first time that they are asked for and the same ever after. */
    async getOrMake(name: SecretName): Promise<Uint8Array> {
      await db
        .insert(t.secrets)
        .values({ name, value: randomBytes(32) })
        .onConflictDoNothing()
      const [row] = await db.select().from(t.secrets).where(eq(t.secrets.name, name))
      if (!row) throw new Error(`the secret ${name} was not kept`)
      return row.value
    },
  }
}
