import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withConfigTable } from './support/config-table.ts'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

describe('the README', () => {
  it('lists every environment variable as src/config.ts describes it', async () => {
    // `npx vitest run test/readme.test.ts -u` writes the table.
    await expect(withConfigTable(readme)).toMatchFileSnapshot('../README.md')
  })

  it('names files and folders that exist', () => {
    const places = /`((?:src|test|bench|examples|migrations|openapi|seed)\/[\w./-]*)`/g
    const named = [...readme.matchAll(places)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = [...readme.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name)
    expect(named).toContain('check')
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})
