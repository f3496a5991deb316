import { readFileSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { systemActor } from '../contract/permissions.ts'
import { type ImportResult, importPage } from '../editorial/import-page.ts'
import { readPlainTextPage } from '../importers/plain-text-page.ts'
import { packageFile } from '../package.ts'
import type { Db } from '../store/index.ts'
import type { CliContext } from './context.ts'
import { openMigrated } from './database.ts'

const seedFile = packageFile('seed/source-article.txt')

/** Publishes the source article; whole or not at all. Seeding again changes nothing. */
export async function seed(db: Db, siteLanguage: string): Promise<ImportResult> {
  const page = readPlainTextPage(readFileSync(seedFile))
  return db.write((tx) => importPage(tx, page, { publish: true, actor: systemActor, siteLanguage }))
}

/** The same, only where there is no article yet; decided and done in one transaction. */
export async function seedEmpty(db: Db, siteLanguage: string): Promise<ImportResult | undefined> {
  const page = readPlainTextPage(readFileSync(seedFile))
  return db.write(async (tx) => {
    return (await tx.articles.count()) > 0
      ? undefined
      : importPage(tx, page, { publish: true, actor: systemActor, siteLanguage })
  })
}

/** `copydesk seed`. */
export async function seedCommand({ env, stdout }: CliContext): Promise<void> {
  const config = readConfig(env)
  const { db, engine } = await openMigrated(config)
  try {
    const { outcome, slug } = await seed(db, config.siteLanguage)
    stdout.write(`${outcome} ${slug}\n`)
  } finally {
    await engine.close()
  }
}
