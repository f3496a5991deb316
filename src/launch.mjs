#!/usr/bin/env -S node --max-semi-space-size=8
// MiB: an import stays below 300 MB with it, and serving needs no more. `npm run copydesk` has it too.
// The entry point, in plain JavaScript so that any Node can read it and an old one gets an answer it can act
// on. Nothing else may be imported before the check: the database driver crashes on an older Node.
import module from 'node:module'
import process from 'node:process'
import v8 from 'node:v8'

const oldest = { major: 22, minor: 18 }
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
  process.stderr.write(
    `copydesk: Node ${oldest.major}.${oldest.minor} or newer is needed, this is ${process.versions.node}; in a checkout, 'npm ci' brings one and 'npm start' uses it\n`,
  )
  process.exit(1)
}

// In percent. By itself V8 lets what lives long become four times as much before it looks what of it is garbage: 50 MiB
// of an import, and more of a server.
v8.setFlagsFromString('--heap-growing-percent=100')

// Compiled code is kept in the system's temporary folder, which shortens every later start by a fifth or more.
module.enableCompileCache()

// In a checkout Node runs the TypeScript as it is; the built package holds a copy of this file beside the JavaScript.
const isCheckout = import.meta.url.endsWith('/src/launch.mjs')
if (isCheckout) await import('./modules.mjs')
const main = isCheckout ? './main.ts' : './main.js'
await import(main)
