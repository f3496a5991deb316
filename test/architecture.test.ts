import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/**
 * What each room of `src/` may import: rooms by their name, packages as `npm:<name>`, Node's own modules as
 * `node:`. A room that is not listed fails, so that a new one is decided and not drifted into.
 */
const allowed: Record<string, readonly string[]> = {
  contract: ['contract', 'npm:zod', 'npm:any-ascii', 'node:'],
  config: ['npm:zod'],
  body: ['body', 'contract', 'npm:@portabletext', 'npm:markdown-it', 'npm:parse5', 'npm:p-limit', 'node:'],
  ads: ['ads', 'contract', 'npm:lru-cache', 'node:'],
  counting: [
    ...['counting', 'contract', 'ads/token.ts', 'npm:isbot', 'npm:lru-cache', 'npm:prom-client'],
    ...['editorial/ad-counting.ts', 'node:crypto'],
  ],
  importers: [
    ...['importers', 'contract', 'body/convert.ts', 'body/conversion-error.ts', 'npm:@mozilla/readability'],
    ...['npm:entities', 'npm:feedsmith', 'npm:linkedom', 'npm:parse5', 'npm:saxes', 'npm:yaml', 'node:'],
  ],
  imports: [
    ...['imports', 'contract', 'editorial', 'importers/reading.ts', 'importers/formats.ts'],
    ...['importers/source.ts', 'npm:uuid', 'node:'],
  ],
  doctor: ['doctor', 'contract', 'editorial', 'node:util'],
  exports: ['exports', 'contract', 'npm:yaml', 'npm:zod', 'node:'],
  feeds: ['feeds', 'contract', 'npm:fast-xml-builder', 'npm:entities'],
  package: ['node:fs'],
  db: [
    'db',
    'contract',
    'package.ts',
    'npm:drizzle-orm',
    'npm:better-sqlite3',
    'npm:pg',
    'npm:p-limit',
    'node:',
  ],
  moving: ['moving', 'db', 'store/search-upkeep.ts', 'npm:drizzle-orm', 'node:crypto'],
  search: [
    ...['search', 'contract', 'db', 'body', 'npm:drizzle-orm', 'npm:any-ascii'],
    'node:timers/promises',
  ],
  store: ['store', 'contract', 'db', 'search', 'npm:drizzle-orm', 'node:crypto'],
  auth: ['auth', 'contract', 'npm:fastify', 'node:crypto'],
  changes: ['changes', 'contract', 'npm:prom-client'],
  schedule: ['schedule', 'contract', 'editorial', 'npm:prom-client'],
  diff: ['diff', 'npm:rfc6902', 'node:util'],
  editorial: ['editorial', 'contract', 'auth/can.ts', 'auth/tokens.ts', 'body', 'npm:uuid', 'node:crypto'],
  http: ['http', 'contract', 'package.ts', 'npm:', 'node:'],
  delivery: [
    ...[
      'delivery',
      'contract',
      'http',
      'body',
      'ads',
      'feeds',
      'npm:zod',
      'npm:lru-cache',
      'npm:prom-client',
    ],
    ...['search/query.ts', 'search/highlight.ts', 'changes/event-text.ts', 'counting/sender.ts'],
  ],
  preview: ['preview', 'contract', 'auth/preview-token.ts', 'body', 'delivery', 'npm:zod'],
  maintenance: ['maintenance', 'contract', 'editorial', 'node:timers/promises'],
  workers: ['workers', 'http/token-bucket.ts', 'npm:prom-client', 'node:'],
  management: [
    ...['management', 'contract', 'http', 'auth', 'editorial', 'diff', 'ads', 'npm:zod'],
    ...['body/read-body.ts', 'exports/archive.ts', 'search/query.ts', 'search/highlight.ts', 'node:'],
  ],
  cli: ['*'],
  app: ['*'],
  main: ['*'],
  launch: ['*'],
  modules: ['node:module'],
}

/** What a room may name in types alone: the shapes of what it is handed. */
const allowedTypes: Record<string, readonly string[]> = {
  auth: ['npm:fastify'],
  body: ['npm:zod'],
  counting: ['store', 'node:http'],
  editorial: ['store', 'importers'],
  changes: ['store'],
  doctor: ['store'],
  exports: ['store'],
  imports: ['store', 'importers'],
  schedule: ['store'],
  preview: ['store', 'npm:fastify-type-provider-zod'],
  maintenance: ['store'],
  search: ['store'],
  delivery: ['store', 'changes', 'counting', 'npm:fastify', 'npm:fastify-type-provider-zod'],
  management: ['store', 'body', 'imports', 'npm:fastify', 'npm:fastify-type-provider-zod'],
}

/** The examples are for other repositories: of this one they know shapes alone. */
const allowedInExamples = ['article-page', 'npm:@portabletext/to-html', 'node:']
const allowedTypesInExamples = ['../src/contract']

const root = fileURLToPath(new URL('../src/', import.meta.url))
const examples = fileURLToPath(new URL('../examples/', import.meta.url))
const statement =
  /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm

interface Import {
  readonly file: string
  readonly line: number
  readonly target: string
  readonly isType: boolean
}

function importsOf(file: string, folder: string): Import[] {
  const text = readFileSync(join(folder, file), 'utf8')
  return [...text.matchAll(statement)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? ''
    const isLocal = specifier.startsWith('.')
    const target = isLocal
      ? relative(folder, join(folder, dirname(file), specifier))
      : specifier.startsWith('node:')
        ? specifier
        : `npm:${specifier}`
    return {
      file,
      line: text.slice(0, match.index).split('\n').length,
      target,
      isType: match[1] !== undefined,
    }
  })
}

const roomOf = (path: string) => path.replace(/\.\w+$/, '').split('/')[0] ?? ''
const covers = (rule: string, target: string) =>
  rule === '*' ||
  target === rule ||
  target.startsWith(rule.endsWith(':') || rule.startsWith('npm:') ? rule : `${rule}/`)

const files = globSync('**/*.{ts,mjs}', { cwd: root })
const imports = files.flatMap((file) => importsOf(file, root))

describe('the rooms of the house', () => {
  it('import only what the table allows', () => {
    expect(imports.length).toBeGreaterThan(100)
    const wrong = imports.filter(({ file, target, isType }) => {
      const room = roomOf(file)
      const rules = [...(allowed[room] ?? []), ...(isType ? (allowedTypes[room] ?? []) : [])]
      return !rules.some((rule) => covers(rule, target))
    })
    expect(wrong.map(({ file, line, target }) => `src/${file}:${line} may not import ${target}`)).toEqual([])
  })

  it('leave app.ts and cli/ to the entry point', () => {
    const outside = imports.filter(({ file }) => !['cli', 'app', 'main', 'launch'].includes(roomOf(file)))
    expect(outside.filter(({ target }) => ['cli', 'app', 'main'].includes(roomOf(target)))).toEqual([])
  })

  it('touch the process in the entry point alone', () => {
    const touching = files.filter(
      (file) =>
        !['main.ts', 'launch.mjs'].includes(file) &&
        /\bprocess\.(argv|env|exit|exitCode|stdout|stderr)\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(touching).toEqual([])
  })

  it('are not needed by the examples, but for types of the contract', () => {
    const found = globSync('**/*.ts', { cwd: examples }).flatMap((file) => importsOf(file, examples))
    expect(found.filter(({ isType }) => isType).length).toBeGreaterThan(1)
    const wrong = found.filter(({ target, isType }) => {
      const rules = [...allowedInExamples, ...(isType ? allowedTypesInExamples : [])]
      return !rules.some((rule) => covers(rule, target))
    })
    expect(
      wrong.map(({ file, line, target }) => `examples/${file}:${line} may not import ${target}`),
    ).toEqual([])
  })

  it('name a database dialect in db/ and search/ alone', () => {
    const dialect = /\b(sqlite|postgres(ql)?|better-sqlite3|pg)\b/i
    const naming = files
      .filter((file) => !['db', 'search', 'cli', 'config'].includes(roomOf(file)))
      .flatMap((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, index) => (dialect.test(line) ? [`src/${file}:${index + 1} ${line.trim()}`] : [])),
      )
    expect(naming).toEqual([])
  })
})
