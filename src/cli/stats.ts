import { readConfig } from '../config.ts'
import { isDay, mostStatsRows, type StatsKey, statsKeys } from '../contract/ad-stats.ts'
import type { AdCountRow } from '../store/ad-counts.ts'
import { bar, columns } from './chart.ts'
import { type CliContext, CommandError } from './context.ts'
import { openMigrated } from './database.ts'

export interface AdStatsOptions {
  readonly from?: string
  readonly to?: string
  readonly by: readonly StatsKey[]
}

/** `copydesk stats ads`: a line and a bar for each of the keys, the most shown first. */
export async function adStatsCommand({ env, stdout }: CliContext, options: AdStatsOptions): Promise<void> {
  const { from, to } = options
  for (const [name, day] of Object.entries({ from, to }))
    if (day !== undefined && !isDay(day)) throw new CommandError(`--${name} must be a day such as 2030-01-01`)
  const by = statsKeys.filter((key) => options.by.includes(key))
  const { db, engine } = await openMigrated(readConfig(env))
  try {
    const rows = await db.read((reader) => reader.adCounts.list({ from, to }, { by, limit: mostStatsRows }))
    stdout.write(rows.length === 0 ? 'nothing was counted\n' : `${chartOf(rows)}\n`)
  } finally {
    await engine.close()
  }
}

function chartOf(rows: readonly AdCountRow[]): string {
  const largest = Math.max(...rows.map(({ impressions }) => impressions))
  const lines = rows.map((row) => [
    nameOf(row),
    ...[row.impressions, row.viewable, row.clicks].map(String),
    row.impressions === 0 ? '-' : `${((100 * row.clicks) / row.impressions).toFixed(2)} %`,
    bar(row.impressions, largest),
  ])
  return columns([['', 'impressions', 'viewable', 'clicks', 'ctr', ''], ...lines])
}

/** What a line is about. Titles are texts of others: nothing in them is to reach the terminal as a command. */
function nameOf(row: AdCountRow): string {
  const { day, placementId, creativeTitle, slotId, slotKey, articleId, articleTitle } = row
  const parts = [
    day,
    placementId === undefined ? undefined : `${creativeTitle ?? 'deleted'} (${placementId})`,
    slotId === undefined ? undefined : (slotKey ?? `deleted slot ${slotId}`),
    articleId === undefined ? undefined : articleId === null ? 'no article' : (articleTitle ?? articleId),
  ]
  const given = parts.filter((part) => part !== undefined)
  return given.map((part) => part.replace(/[\p{Cc}\p{Cf}]/gu, ' ')).join('  ')
}
