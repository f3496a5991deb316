// `npm run test:package`: packs this checkout, installs the package into an empty folder on each supported Node, and
// uses the `copydesk` command that is there then. Needs the registry of npm, for those Nodes and the dependencies; ends
// with 1 where something is wrong. `npm run test:package -- 24` does it on one of them alone.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../bench/server-process.ts'

/** The oldest one, the one of long support, and the newest. */
const nodes = process.argv.length > 2 ? process.argv.slice(2) : ['22.18.0', '24', '26']
const mostPackages = 60
const waitMs = 20_000
const article = '/v1/articles/anthony-blinken-the-return-and-israel'

const root = fileURLToPath(new URL('../', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'copydesk-package-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

function expect(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what)
}

/** A folder with these packages in it and nothing else. */
function install(name: string, packages: readonly string[], env = process.env): string {
  const folder = join(work, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{}')
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['install', ...quiet, ...packages], { cwd: folder, env, stdio: 'inherit' })
  return folder
}

interface Locked {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>
}

/** Answers how many packages are installed. */
function checkTree(folder: string): number {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Locked
  const installed = Object.entries(packages).filter(([path]) => path !== '')
  expect(installed.length < mostPackages, `${installed.length} packages are installed`)
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript)
  expect(scripted.length === 0, `install scripts: ${scripted.map(([path]) => path).join(', ')}`)
  return installed.length
}

/** Serves from the installed package until it has answered. */
async function serve(command: string, env: NodeJS.ProcessEnv): Promise<void> {
  const port = String(await freePort())
  const server = spawn(command, ['serve', '--seed'], { env: { ...env, PORT: port }, stdio: 'inherit' })
  const ended = once(server, 'exit')
  try {
    const origin = `http://127.0.0.1:${port}`
    const end = performance.now() + waitMs
    while (!(await answers(origin + article))) {
      expect(performance.now() < end && server.exitCode === null, 'there is no answer')
      await sleep(50)
    }
    for (const path of ['/docs', '/docs/static/swagger-ui.css', '/openapi.yaml', '/v1/articles?q=israel'])
      expect(await answers(origin + path), `${path} is not answered`)
    const draft = { title: 'A draft', body: { format: 'html', content: '<p>From <b>HTML</b></p>' } }
    const { status } = await fetch(`${origin}/manage/v1/articles`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(draft),
    })
    expect(status === 201, `a draft is answered ${status}`)
  } finally {
    server.kill('SIGTERM')
  }
  const [code] = await ended
  expect(code === 0, `serve ended with ${code}`)
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function tryOn(version: string, tarball: string): Promise<void> {
  const start = performance.now()
  const node = join(install(`node-${version}`, [`node@${version}`]), 'node_modules', 'node', 'bin', 'node')
  const env = {
    ...process.env,
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    DATABASE_URL: `file:${join(work, version, 'news.db')}`,
    ADMIN_TOKEN: 'a-token-of-at-least-32-characters',
    LOG_LEVEL: 'warn',
  }
  const folder = install(version, [tarball], env)
  const count = checkTree(folder)
  const command = join(folder, 'node_modules', '.bin', 'copydesk')
  const run = (...args: string[]) => execFileSync(command, args, { cwd: folder, env, encoding: 'utf8' })
  expect(run('--help').includes('serve'), '--help does not name the commands')
  await serve(command, env)
  await serve(command, { ...env, WORKERS: '2' })
  writeFileSync(join(folder, 'ferry.md'), '---\ntitle: Ferry stops\n---\n\nThe ferry **stops** tonight.\n')
  expect(run('import', 'ferry.md').includes('1 created'), 'the page is not imported')
  run('backup', 'copy.db')
  expect(existsSync(join(folder, 'copy.db')), 'there is no backup')
  expect(run('export').includes('Ferry stops'), 'the export lacks the page')
  run('doctor')
  expect(
    run('move', '--to', `file:${join(work, version, 'moved.db')}`).startsWith('moved'),
    'it is not moved',
  )
  const actual = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const seconds = ((performance.now() - start) / 1_000).toFixed(1)
  process.stdout.write(`Node ${actual}: ${count} packages, all works (${seconds} s)\n`)
}

const packed = execFileSync('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', work], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
const { filename } = JSON.parse(packed.slice(packed.lastIndexOf('\n[') + 1))[0] as { filename: string }
for (const version of nodes) await tryOn(version, join(work, filename))
