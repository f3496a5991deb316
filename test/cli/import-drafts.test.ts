import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'

it('publishes no Markdown file that its own site does not show, and one bad post of an archive fails alone', async () => {
  const folder = temporaryFolder()
  const files = {
    'a.md': '---\ntitle: Yes\ndraft: yes\n---\nText.\n',
    'b.md': '---\ntitle: No\npublished: no\n---\nText.\n',
    '_drafts/c.md': '---\ntitle: Folder\n---\nText.\n',
    'd.md': '---\ntitle: Secret\npassword: s\n---\nText.\n',
    'e.md': '+++\ntitle = "Toml"\ndraft = true\n+++\nText.\n',
    'f.md': '---\ntitle: Shown\n---\nText.\n',
    'ghost.json': JSON.stringify({
      db: [
        {
          data: {
            posts: [
              { id: '1', title: 'Broken', lexical: '{broken', status: 'published' },
              { id: '2', title: 'Whole', html: '<p>Text.</p>', status: 'published' },
            ],
          },
        },
      ],
    }),
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const env = { DATABASE_URL: await temporaryDatabase() }
  const { stdout } = await callProgram(['import', '--publish', '--json', folder], env)
  const told = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((line) => 'outcome' in line)
  const outcomes = told.map(({ title, outcome, withheld }) => [title, outcome, withheld])
  expect(outcomes).toHaveLength(8)
  expect(outcomes).toEqual(
    expect.arrayContaining([
      ['Yes', 'created', 'draft'],
      ['No', 'created', 'draft'],
      ['Folder', 'created', 'draft'],
      ['Secret', 'created', 'private'],
      [null, 'failed', null],
      ['Shown', 'created', null],
      ['Whole', 'created', null],
    ]),
  )
}, 60_000)
