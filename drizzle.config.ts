import { defineConfig } from 'drizzle-kit'

// `npx drizzle-kit generate --name <what-changed>` writes the next numbered migration from src/db/tables.ts.
export default defineConfig({
  dialect: 'sqlite',
  schema: './src/db/schema.sqlite.ts',
  out: './migrations/sqlite',
})
