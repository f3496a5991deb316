import type { AdStats, StatsKey, StatsRow } from '../contract/ad-stats.ts'
import { type CsvCell, writeCsv } from '../http/csv.ts'
import type { AdCountRow } from '../store/ad-counts.ts'

type Counts = Pick<AdCountRow, 'impressions' | 'viewable' | 'clicks'>

/** The rows as they are answered, with their sum. */
export function statsView(rows: readonly AdCountRow[]): AdStats {
  const total = { impressions: 0, viewable: 0, clicks: 0 }
  for (const { impressions, viewable, clicks } of rows) {
    total.impressions += impressions
    total.viewable += viewable
    total.clicks += clicks
  }
  return { data: rows.map(rowView), total: withRate(total) }
}

function rowView({ impressions, viewable, clicks, ...keys }: AdCountRow): StatsRow {
  const given = Object.entries(keys).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), ...withRate({ impressions, viewable, clicks }) }
}

function withRate({ impressions, viewable, clicks }: Counts) {
  const ctr = impressions === 0 ? null : Math.round((clicks / impressions) * 1e6) / 1e6
  return { impressions, viewable, clicks, ctr }
}

const columnsOf: Readonly<Record<StatsKey, readonly (keyof StatsRow)[]>> = {
  day: ['day'],
  placement: ['placementId', 'creativeTitle'],
  slot: ['slotId', 'slotKey'],
  article: ['articleId', 'articleTitle'],
}

/** The same rows as CSV, with a head. */
export function statsCsv({ data }: AdStats, by: readonly StatsKey[]): string {
  const columns = [
    ...by.flatMap((key) => columnsOf[key]),
    ...(['impressions', 'viewable', 'clicks', 'ctr'] as const),
  ]
  const cells = data.map((row) => columns.map((column): CsvCell => row[column] ?? null))
  return writeCsv([columns, ...cells])
}
