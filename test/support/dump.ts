import type { Engine } from '../../src/db/engine.ts'

/** Everything that the database holds, as text; when tokens were last used, which reading notes too, is left out. */
export function dump(engine: Engine): Promise<string> {
  return engine.snapshot(async ({ sql, tables }) => {
    const lines: string[] = []
    for (const [name, table] of Object.entries(tables)) {
      const rows: Record<string, unknown>[] = await sql.select().from(table)
      lines.push(...rows.map(({ lastUsedAt: _lastUsedAt, ...row }) => `${name} ${JSON.stringify(row)}`))
    }
    return lines.sort().join('\n')
  })
}
