import type { Engine } from '../../src/db/engine.ts'

/** Everything that is stored, as text: the same for the same content. */
export function dumpOf(engine: Engine): Promise<string> {
  return engine.snapshot(async ({ sql, tables }) => {
    const lines: string[] = []
    for (const [name, table] of Object.entries(tables)) {
      const rows = await sql.select().from(table)
      lines.push(name, ...rows.map((row) => JSON.stringify(row)).sort())
    }
    return lines.join('\n')
  })
}
