import { defineConfig } from 'drizzle-kit'

// The next numbered migration is written from src/db/tables.ts, once for each database:
//   npx drizzle-kit generate --name what_changed
//   DIALECT=postgres npx drizzle-kit generate --name what_changed
const name = process.env.DIALECT === 'postgres' ? 'postgres' : 'sqlite'

export default defineConfig({
  dialect: name === 'postgres' ? 'postgresql' : 'sqlite',
  schema: `./src/db/schema.${name}.ts`,
  out: `./migrations/${name}`,
})
